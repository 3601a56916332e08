/**
 * What words of other languages mean in names, by the English word that the rules know: the words of `평균 손실` are `avg`
 * and `loss`. A name keeps the words it is printed with.
 */
const WORDS: Readonly<Record<string, string>> = {
  epoch: "época epoca époque epoque epoche эпоха エポック 에포크 에폭 轮次 輪次 轮 輪",
  epochs: "épocas epocas époques epochen эпохи эпох",
  iteration:
    "iteración iteracion iterazione iteração itération итерация イテレーション 반복 迭代 迭代次数 训练次数 訓練次數",
  step: "schritt étape шаг ステップ 스텝 步骤 步數 步数",
  episode: "episodio episódio épisode эпизод エピソード 에피소드 回合",
  generation: "generación geração génération generazione поколение 世代 세대",
  loss: "pérdida perdida perda perte verlust perdita потеря потери лосс 损失 損失 손실 ロス",
  error: "erreur erro fehler ошибка 误差 誤差 오차",
  accuracy:
    "exactitud exactitude acurácia acuracia genauigkeit accuratezza точность 准确率 準確率 准确度 正确率 正解率 精度 정확도",
  precision: "precisión precisao precisão précision 精确率 精確率 適合率 정밀도",
  recall: "召回率 再現率 재현율",
  perplexity: "困惑度",
  score: "puntuación 得分 分数 スコア 점수",
  reward: "recompensa récompense belohnung награда 奖励 獎勵 報酬 보상",
  lr: "aprendizaje aprendizado apprentissage lernrate 学习率 學習率 学習率 학습률",
  train: "entrenamiento treino treinamento entraînement обучение обучения 训练 訓練 学習 훈련 학습",
  val: "validación validação валидация валидации 验证 驗證 検証 검증",
  test: "prueba teste тест тесте 测试 測試 テスト 테스트",
  avg: "promedio medio médio média moyenne moyen durchschnitt средняя среднее средний 平均 평균",
  best: "mejor melhor meilleur meilleure лучший лучшая 最佳 最好 最优 最良 최고 최적 최저",
  grad: "gradiente градиент 梯度 勾配 기울기",
  norm: "norma норма 范数 範數 ノルム 노름",
  threshold: "umbral limiar seuil schwelle порог 阈值 閾值 閾値 임계값",
  total: "总 總 合計 총 всего",
  time: "tiempo tempo temps zeit dauer durée время 耗时 用时 时间 時間 時刻 시간",
  batch: "lote 批次 批 バッチ 배치",
  size: "tamaño tamanho taille größe размер 大小 サイズ 크기",
  parameters: "parámetros parâmetros paramètres параметры параметров 参数 參數 パラメータ 매개변수 파라미터",
  samples: "muestras amostras échantillons 样本 樣本 サンプル 샘플",
  images: "imágenes imagens 图像 圖像 图片 画像 이미지",
  count: "número nombre anzahl число количество 数量 個数 数 數 개수",
};

/** These scripts put no blanks between words: `验证集准确率`. */
const WITHOUT_BLANKS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

const MEANINGS: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS).flatMap(([english, others]) => others.split(" ").map((word) => [word, english] as const)),
);

/** The longest first: `学习率` has a part that means something else. */
const PARTS = new RegExp(
  [...MEANINGS.keys()]
    .filter((word) => WITHOUT_BLANKS.test(word))
    .sort((one, other) => other.length - one.length)
    .join("|"),
  "gu",
);

/** The words, each in English where it is known. */
export function inEnglish(words: string[]): string[] {
  return words.some((word) => MEANINGS.has(word) || OTHER_SCRIPT.test(word)) ? words.flatMap(meaningOf) : words;
}

const OTHER_SCRIPT = /[\u0300-\uffff]/;

function meaningOf(word: string): readonly string[] {
  const meaning = MEANINGS.get(word);
  if (meaning !== undefined || !WITHOUT_BLANKS.test(word)) return [meaning ?? word];
  return word.replace(PARTS, (part) => ` ${MEANINGS.get(part) ?? part} `).match(/[^ ]+/g) ?? [];
}

/** What of those names a position. */
const POSITIONS = ["epoch", "iteration", "step", "episode", "generation"];

export const positionWords: readonly string[] = POSITIONS.flatMap(wordsFor);

/** Those of ASCII letters; a name with others is looked at in any case. */
export const plainWords: readonly string[] = [...MEANINGS.keys()].filter((word) => /^[a-z]+$/.test(word));

/** The words of other languages for one of ours. */
function wordsFor(english: string): readonly string[] {
  return WORDS[english]?.split(" ") ?? [];
}
