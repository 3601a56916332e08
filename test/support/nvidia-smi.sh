#!/bin/sh
# An nvidia-smi that prints the table beside it (gpus.csv), read anew for every round, for the fields that it is asked for.
#   pid    its process id, while it prints
#   rounds a line for each round
#   exit   there: ends with this status before the next round, after a word on stdout
#   hang   there: prints nothing more
here=${0%/*}
if [ "$1" = --help-query-gpu ]; then
  echo 'List of valid properties to query for the switch "--query-gpu=":'
  head -n 1 "$here/gpus.csv" | tr ',' '\n' | sed 's/ *\(.*\)/\n"\1"\nWhat it is./'
  exit
fi
if [ "$2" != "--format=csv,noheader,nounits" ] || [ "$3" != -lms ]; then
  echo "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help."
  exit 2
fi
echo $$ >"$here/pid"
while :; do
  if [ -f "$here/exit" ]; then
    echo "Unable to determine the device handle for GPU0: 0000:1B:00.0: Unknown Error"
    exit "$(cat "$here/exit")"
  fi
  if [ -f "$here/hang" ]; then
    exec sleep 1000
  fi
  awk -F ', ' -v query="${1#--query-gpu=}" '
    NR == 1 {
      for (i = 1; i <= NF; i++) at[$i] = i
      fields = split(query, asked, ",")
      for (i = 1; i <= fields; i++) if (!(asked[i] in at)) {
        print "Field \"" asked[i] "\" is not a valid field to query."
        exit 2
      }
      next
    }
    {
      line = $at[asked[1]]
      for (i = 2; i <= fields; i++) line = line ", " $at[asked[i]]
      print line
    }' "$here/gpus.csv" || exit
  echo >>"$here/rounds"
  sleep "$(awk "BEGIN { print $4 / 1000 }")"
done
