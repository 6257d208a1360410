// Elementwise ops: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @add_c1(%a: tensor<4x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.add %a, %b : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @add_c2(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.add %a, %b : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @sub_c1(%a: tensor<4x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.sub %a, %b : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @sub_c2(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.sub %a, %b : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @mul_c1(%a: tensor<4x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.mul %a, %b : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @mul_c2(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.mul %a, %b : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @div_c1(%a: tensor<4x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.div %a, %b : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @div_c2(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.div %a, %b : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @relu_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.relu %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @exp_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.exp %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @log_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.log %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @sqrt_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.sqrt %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @sigmoid_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.sigmoid %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @tanh_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.tanh %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @neg_c1(%a: tensor<4xi32>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.neg %a : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @clip_c1(%a: tensor<4xf32>) {
  // expected-error @below {{requires a minimum that is not above the maximum, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.clip %a {min = 2.0 : f64, max = 1.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @clip_c2(%a: tensor<4xi8>) {
  // expected-error @below {{requires a floating-point or quantized operand, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.clip %a {min = 0.0 : f64} : (tensor<4xi8>) -> tensor<4xi8>
  return
}

// -----

func.func @compare_c1(%a: tensor<4x2xf32>, %b: tensor<3xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.compare %a, %b {predicate = #pj.compare<gt>} : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<4x2xi1>
  return
}

// -----

func.func @compare_c2(%a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.compare %a, %b {predicate = #pj.compare<gt>} : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xi1>
  return
}

// -----

func.func @select_c1(%m: tensor<2xi1>, %a: tensor<4xf32>) {
  // expected-error @below {{requires shapes that broadcast, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.select %m, %a, %a : (tensor<2xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @select_c2(%m: tensor<4xi1>, %a: tensor<4xf32>, %b: tensor<4xi32>) {
  // expected-error @below {{requires operands of one element type, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.select %m, %a, %b : (tensor<4xi1>, tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @cast_c1(%a: tensor<4x!quant.uniform<u8:f32, 0.5:128>>) {
  // expected-error @below {{requires float, integer or boolean types, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.cast %a {to = f32} : (tensor<4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4xf32>
  return
}
