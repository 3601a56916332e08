"use strict";
// The bundles are run as scripts, which cannot import; this file, which is a module of its own, can.
module.exports = (specifier) => import(specifier);
