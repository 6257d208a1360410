// Layers of a search space: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @conv_layer_c1(%x: tensor<4x4xf32>) {
  // expected-error @below {{requires input and result of rank 4 and one element type, but got 'tensor<4x4xf32>' and 'tensor<1x4x4x4xf32>'}}
  %y = pj.conv_layer %x {kernel = [3, 3]} : (tensor<4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @conv_layer_c2(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires two kernel sizes, odd numbers from 1 to 1023 or names, but got [3, 2]}}
  %y = pj.conv_layer %x {kernel = [3, 2]} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

pj.size @height [1, 2]
func.func @conv_layer_c2_name(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires a 'pj.size' of odd numbers from 1 to 1023 as kernel size, but found none called 'height'}}
  %y = pj.conv_layer %x {kernel = [@height, 3]} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @conv_layer_c2_type(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires two kernel sizes, odd numbers from 1 to 1023 or names, but got [3, 3 : ui8]}}
  %y = pj.conv_layer %x {kernel = [3, 3 : ui8]} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @conv_layer_c3(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires two strides from 1 to 1024, but got [0, 1]}}
  %y = pj.conv_layer %x {kernel = [3, 3], strides = array<i64: 0, 1>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  return
}

// -----

func.func @conv_layer_c4(%x: tensor<1x4x?x4xf32, #pj.dims<[H] -> [H]>>) {
  // expected-error @below {{requires a result with H ceildiv 2 as size of dimension 2, but got H}}
  %y = pj.conv_layer %x {kernel = [3, 3], strides = array<i64: 2, 2>}
      : (tensor<1x4x?x4xf32, #pj.dims<[H] -> [H]>>) -> tensor<1x4x?x2xf32, #pj.dims<[H] -> [H]>>
  return
}

// -----

func.func @conv_layer_c5(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires as many channels as the input has, 4, of a depthwise result, but got 8}}
  %y = pj.conv_layer %x {kernel = [3, 3], depthwise} : (tensor<1x4x4x4xf32>) -> tensor<1x8x4x4xf32>
  return
}

// -----

func.func @linear_layer_c1(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{requires input and result of rank 2 and one element type, but got 'tensor<1x4x4x4xf32>' and 'tensor<1x4xf32>'}}
  %y = pj.linear_layer %x : (tensor<1x4x4x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @linear_layer_c2(%x: tensor<2x4xf32>) {
  // expected-error @below {{requires a result with 2 rows, but got 1}}
  %y = pj.linear_layer %x : (tensor<2x4xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @batch_norm_layer_c1(%x: tensor<2x4xf32>) {
  // expected-error @below {{requires the same type for all operands and results}}
  %y = "pj.batch_norm_layer"(%x) : (tensor<2x4xf32>) -> tensor<2x5xf32>
  return
}

// -----

func.func @batch_norm_layer_c2(%x: tensor<4xf32>) {
  // expected-error @below {{requires an operand of rank 2 or more, but got 'tensor<4xf32>'}}
  %y = pj.batch_norm_layer %x : tensor<4xf32>
  return
}
