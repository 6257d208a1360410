// Quantization: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @fake_quantize_c1(%x: tensor<3x4xf32>, %s: tensor<4xf32>, %z: tensor<4xi32>) {
  // expected-error @below {{requires a scalar scale or one per element of the axis, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.fake_quantize %x, %s, %z {axis = 0 : i32} : (tensor<3x4xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @fake_quantize_c2(%x: tensor<3x4xf32>, %s: tensor<f32>, %z: tensor<1xi32>) {
  // expected-error @below {{requires zero and scale of one shape, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.fake_quantize %x, %s, %z : (tensor<3x4xf32>, tensor<f32>, tensor<1xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @fake_quantize_c3(%x: tensor<3x4xf32>, %s: tensor<f32>, %z: tensor<i32>) {
  // expected-error @below {{requires between 2 and 16 bits, but got 17}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.fake_quantize %x, %s, %z {bits = 17 : i32} : (tensor<3x4xf32>, tensor<f32>, tensor<i32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @fake_quantize_c4(%x: tensor<3x4xf32>, %s: tensor<f32>, %z: tensor<i32>) {
  // expected-error @below {{requires an axis exactly where the scale has rank 1, but got a scale of rank 0 and an axis}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.fake_quantize %x, %s, %z {axis = 0 : i32} : (tensor<3x4xf32>, tensor<f32>, tensor<i32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @fake_quantize_c4_range(%x: tensor<3x4xf32>, %s: tensor<4xf32>, %z: tensor<4xi32>) {
  // expected-error @below {{requires an axis between 0 and 1, but got 2}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.fake_quantize %x, %s, %z {axis = 2 : i32} : (tensor<3x4xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @quantize_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires a result of the input's shape, but got}}
  %y = pj.quantize %x : (tensor<3x4xf32>) -> tensor<4x3x!quant.uniform<u8:f32, 0.5:128>>
  return
}

// -----

func.func @quantize_c2(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires a result of type '!quant.uniform' with expressed type 'f32', but got}}
  %y = pj.quantize %x : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @dequantize_c1(%x: tensor<3x4xf32>) {
  // expected-error @below {{requires an operand of type '!quant.uniform', but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.dequantize %x : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}
