// Functions and types that have no polynomial here are refused
// by name.
// RUN: penjing-opt %s --pjk-expand-math=target=x86-64-v3 -split-input-file -verify-diagnostics

func.func @unknown_function(%0: f32) -> f32 {
  // expected-error@+1 {{requires a math function among exp, log, tanh, erf, roundeven, floor, ceil, trunc, sqrt, rsqrt, absf, copysign, fma on target 'x86-64-v3', but got math.sin}}
  %1 = math.sin %0 : f32
  return %1 : f32
}

// -----

func.func @double_precision(%0: f64) -> f64 {
  // expected-error@+1 {{requires f32 or vectors of it for math.exp, but got 'f64'}}
  %1 = math.exp %0 : f64
  return %1 : f64
}
