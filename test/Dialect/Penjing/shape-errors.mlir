// Ops that move elements: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @reshape_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires at most one -1 and nothing less in the shape, but got [-1, -1]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reshape %x {shape = array<i64: -1, -1>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reshape_c2(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires an input dimension 2 for the 0 in the shape, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reshape %x {shape = array<i64: 3, 4, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reshape_c3(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires as many elements as the input has, but got [5, -1] for}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reshape %x {shape = array<i64: 5, -1>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reshape_c3_static(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires as many elements as the input has, but got [5, 2] for}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.reshape %x {shape = array<i64: 5, 2>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @transpose_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires a permutation of the 2 dimensions, but got [0, 0]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.transpose %x {permutation = array<i64: 0, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires pads for 2 dimensions, but got [1] and [0, 0]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.pad %x {low = array<i64: 1>, high = array<i64: 0, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires a result without negative dimensions, but got pads -2 and -2 for dimension 0 of}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.pad %x {low = array<i64: -2, 0>, high = array<i64: -2, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @concat_c1() {
  // expected-error @below {{requires at least one input, but got none}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.concat {axis = 0 : i32} : () -> tensor<3x4xf32>
  return
}

// -----

func.func @concat_c2(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires an axis between 0 and 1, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.concat %x {axis = 2 : i32} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @concat_c3(%x: tensor<3x4xf32>, %z: tensor<2x5xf32>) {
  // expected-error @below {{requires inputs that agree outside axis 0, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.concat %x, %z {axis = 0 : i32} : (tensor<3x4xf32>, tensor<2x5xf32>) -> tensor<5x4xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires offsets, sizes and strides for 2 dimensions, but got [0], [1, 1] and [1, 1]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.slice %x {offsets = array<i64: 0>, sizes = array<i64: 1, 1>, strides = array<i64: 1, 1>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @slice_c2(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires a box inside dimension 1 of}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.slice %x {offsets = array<i64: 0, 2>, sizes = array<i64: 3, 3>, strides = array<i64: 1, 1>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @broadcast_c1(%x: tensor<3x4xf32>, %z: tensor<4xf32>) {
  // expected-error @below {{requires a shape that broadcasts to}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.broadcast %x, %z : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}
