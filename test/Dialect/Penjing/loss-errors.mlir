// Losses: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @cross_entropy_c1(%y: tensor<8x10x1xf32>, %t: tensor<8xi32>) {
  // expected-error @below {{requires logits of rank 2 with a static number of classes, but got}}
  // expected-error @below {{failed to infer returned types}}
  %l = pj.cross_entropy %y, %t : (tensor<8x10x1xf32>, tensor<8xi32>) -> tensor<f32>
  return
}

// -----

func.func @cross_entropy_c2(%y: tensor<8x10xf32>, %t: tensor<7xi32>) {
  // expected-error @below {{requires a label tensor of rank 1 and length 8, but got}}
  // expected-error @below {{failed to infer returned types}}
  %l = pj.cross_entropy %y, %t : (tensor<8x10xf32>, tensor<7xi32>) -> tensor<f32>
  return
}

// -----

func.func @cross_entropy_c3(%y: tensor<8x10xf32>, %t: tensor<8xi32>) {
  // expected-error @below {{requires a label smoothing in [0, 1), but got}}
  // expected-error @below {{failed to infer returned types}}
  %l = pj.cross_entropy %y, %t {label_smoothing = 1.0 : f64} : (tensor<8x10xf32>, tensor<8xi32>) -> tensor<f32>
  return
}

// -----

func.func @distillation_loss_c1(%a: tensor<8x10xf32>, %b: tensor<8x9xf32>) {
  // expected-error @below {{requires student and teacher of one type and rank 2, but got}}
  // expected-error @below {{failed to infer returned types}}
  %l = pj.distillation_loss %a, %b : (tensor<8x10xf32>, tensor<8x9xf32>) -> tensor<f32>
  return
}

// -----

func.func @distillation_loss_c2(%a: tensor<8x10xf32>) {
  // expected-error @below {{requires a positive temperature, but got}}
  // expected-error @below {{failed to infer returned types}}
  %l = pj.distillation_loss %a, %a {temperature = 0.0 : f64} : (tensor<8x10xf32>, tensor<8x10xf32>) -> tensor<f32>
  return
}
