// Pooling: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @max_pool_c1(%x: tensor<3x8x8xf32>) {
  // expected-error @below {{requires an input of rank 4, but got rank 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.max_pool %x {kernel = array<i64: 2, 2>} : (tensor<3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @max_pool_c2(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires two positive kernel sizes, but got [2]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.max_pool %x {kernel = array<i64: 2>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @max_pool_c3(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires pads smaller than the dilated kernel (2), but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.max_pool %x {kernel = array<i64: 2, 2>, pads = array<i64: 0, 0, 2, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @max_pool_c4(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires the dilated kernel (9) to fit into the padded image, but got 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.max_pool %x {kernel = array<i64: 9, 2>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @average_pool_c1(%x: tensor<3x8x8xf32>) {
  // expected-error @below {{requires an input of rank 4, but got rank 3}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.average_pool %x {kernel = array<i64: 2, 2>} : (tensor<3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @average_pool_c2(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires two positive kernel sizes, but got [2]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.average_pool %x {kernel = array<i64: 2>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @average_pool_c3(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires pads smaller than the dilated kernel (2), but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.average_pool %x {kernel = array<i64: 2, 2>, pads = array<i64: 0, 0, 2, 0>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @average_pool_c4(%x: tensor<1x3x8x8xf32>) {
  // expected-error @below {{requires the dilated kernel (9) to fit into the padded image, but got 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.average_pool %x {kernel = array<i64: 9, 2>} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
  return
}

// -----

func.func @global_average_pool_c1(%x: tensor<3x8x8xf32>) {
  // expected-error @below {{requires an input of rank 4 with static height and width, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.global_average_pool %x : (tensor<3x8x8xf32>) -> tensor<3x1x1xf32>
  return
}
