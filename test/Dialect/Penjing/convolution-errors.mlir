// Convolution: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @conv_c1(%x: tensor<3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires an input and a weight of rank 4, but got ranks 3 and 4}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires two positive strides, but got [1]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w {strides = array<i64: 1>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2_dilations(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires two positive dilations, but got [1, 0]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w {dilations = array<i64: 1, 0>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2_pads(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires four pads that are not negative, but got [1, 1, -1, 1]}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w {pads = array<i64: 1, 1, -1, 1>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c2_limit(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires window attributes up to 16777216, but got 99999999}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w {strides = array<i64: 1, 99999999>} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c3(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // expected-error @below {{requires groups to divide the channels, but got 2 groups for 3 input and 4 output channels}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w {groups = 2 : i64} : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c4(%x: tensor<1x3x8x8xf32>, %w: tensor<4x2x3x3xf32>) {
  // expected-error @below {{requires a weight with 3 input channels per group, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c5(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires a bias of rank 1 and length 4, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w, %b : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>, tensor<3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c6(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x9x3xf32>) {
  // expected-error @below {{requires the dilated kernel (9) to fit into the padded image, but got 8}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x3x9x3xf32>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c7(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x3xf64>) {
  // expected-error @below {{requires input and weight of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf64>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c8(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x3x?xf32, #pj.dims<[K] -> [K]>>) attributes {pj.dims = ["K"]} {
  // expected-error @below {{requires a static weight, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<1x3x8x8xf32>, tensor<4x3x3x?xf32, #pj.dims<[K] -> [K]>>) -> tensor<1x4x6x6xf32>
  return
}

// -----

func.func @conv_c9(%x: tensor<1x8000x8x8x!quant.uniform<u8:f32, 0.5:128>>, %w: tensor<4x8000x3x3x!quant.uniform<i8<-127:127>:f32, 0.5>>) {
  // expected-error @below {{requires at most 66000 products in an integer sum, but got 72000}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.conv %x, %w : (tensor<1x8000x8x8x!quant.uniform<u8:f32, 0.5:128>>, tensor<4x8000x3x3x!quant.uniform<i8<-127:127>:f32, 0.5>>) -> tensor<1x4x6x6xf32>
  return
}
