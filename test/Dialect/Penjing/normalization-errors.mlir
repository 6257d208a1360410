// Normalization: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @batch_norm_c1(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<4xf32>) {
  // expected-error @below {{requires an axis between 0 and 3, but got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.batch_norm %x, %v, %v, %v, %u {axis = 4 : i32} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4x3x3xf32>
  return
}

// -----

func.func @batch_norm_training_c1(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<4xf32>) {
  // expected-error @below {{requires an axis between 0 and 3, but got 4}}
  // expected-error @below {{failed to infer returned types}}
  %y:3 = pj.batch_norm_training %x, %v, %u {axis = 4 : i32} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @batch_norm_c2(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<3xf32>) {
  // expected-error @below {{requires a variance of rank 1 and length 4, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.batch_norm %x, %v, %v, %v, %u {axis = 1 : i32} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3xf32>) -> tensor<2x4x3x3xf32>
  return
}

// -----

func.func @batch_norm_training_c2(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<3xf32>) {
  // expected-error @below {{requires a shift of rank 1 and length 4, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y:3 = pj.batch_norm_training %x, %v, %u {axis = 1 : i32} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<3xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @batch_norm_c3(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<4xf32>) {
  // expected-error @below {{requires a positive epsilon, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.batch_norm %x, %v, %v, %v, %u {epsilon = 0.0 : f64} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4x3x3xf32>
  return
}

// -----

func.func @batch_norm_training_c3(%x: tensor<2x4x3x3xf32>, %v: tensor<4xf32>, %u: tensor<4xf32>) {
  // expected-error @below {{requires a positive epsilon, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y:3 = pj.batch_norm_training %x, %v, %u {epsilon = 0.0 : f64} : (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<2x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{requires an axis between 0 and 1, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.softmax %x {axis = 2 : i32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return
}
