// What the interpreter refuses, and what a wrong expectation says.
// RUN: penjing-check %s -verify-diagnostics | FileCheck %s
// CHECK: functions as expected

func.func @a_wrong_expectation_fails() {
  %a = pj.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // expected-error @below {{requires element 1 to be 3}}
  check.expect_eq %a, dense<[1.0, 3.0]> : tensor<2xf32> : tensor<2xf32>
  return
}

// -----

func.func @negative_zero_is_not_zero() {
  %a = pj.constant dense<-0.0> : tensor<1xf32>
  // expected-error @below {{requires element 0 to be}}
  check.expect_eq %a, dense<0.0> : tensor<1xf32> : tensor<1xf32>
  return
}

// -----

func.func @a_label_outside_the_classes() {
  %x = pj.constant dense<[[0.0, 0.0]]> : tensor<1x2xf32>
  %t = pj.constant dense<[2]> : tensor<1xi32>
  // expected-error @below {{requires labels in [0, 2), but got 2 in row 0}}
  %l = pj.cross_entropy %x, %t : (tensor<1x2xf32>, tensor<1xi32>) -> tensor<f32>
  check.expect_eq %l, dense<0.0> : tensor<f32> : tensor<f32>
  return
}

// -----

pj.param @w : tensor<2xf32> {role = #pj.role<weight>}
func.func @a_parameter_without_a_value() {
  // expected-error @below {{requires a value of 'w', but it has none}}
  %w = pj.use @w : tensor<2xf32>
  check.expect_eq %w, dense<0.0> : tensor<2xf32> : tensor<2xf32>
  return
}

// -----

!q = !quant.uniform<u8:f32, 0.5:10>
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  func.func @mixed_conv() {
    %x = pj.constant dense<0.0> : tensor<1x1x1x1xf32>
    %q = pj.quantize %x : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!q>
    // expected-error @below {{requires input and weight that are both quantized, or none, but got}}
    %y = pj.conv %q, %x : (tensor<1x1x1x1x!q>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
    return
  }
  func.func @mixed_matmul() {
    %x = pj.constant dense<0.0> : tensor<1x1xf32>
    %q = pj.quantize %x : (tensor<1x1xf32>) -> tensor<1x1x!q>
    // expected-error @below {{requires operands that are both quantized, or none, but got}}
    %y = pj.matmul %q, %x : (tensor<1x1x!q>, tensor<1x1xf32>) -> tensor<1x1xf32>
    return
  }
  func.func @mixed_add() {
    %x = pj.constant dense<0.0> : tensor<1x1xf32>
    %q = pj.quantize %x : (tensor<1x1xf32>) -> tensor<1x1x!q>
    // expected-error @below {{requires operands and results that are all quantized, or none, but got}}
    %y = pj.add %q, %x : (tensor<1x1x!q>, tensor<1x1xf32>) -> tensor<1x1xf32>
    return
  }
  func.func @quantized_div() {
    %x = pj.constant dense<0.0> : tensor<1x1xf32>
    %q = pj.quantize %x : (tensor<1x1xf32>) -> tensor<1x1x!q>
    // expected-error @below {{requires operands that are not quantized, but got}}
    %y = pj.div %q, %q : (tensor<1x1x!q>, tensor<1x1x!q>) -> tensor<1x1x!q>
    return
  }
  func.func @quantized_exp() {
    %x = pj.constant dense<0.0> : tensor<1x1xf32>
    %q = pj.quantize %x : (tensor<1x1xf32>) -> tensor<1x1x!q>
    // expected-error @below {{requires a float operand and result, but got}}
    %y = pj.exp %q : (tensor<1x1x!q>) -> tensor<1x1x!q>
    return
  }
  func.func @pools_of_mixed_types() {
    %x = pj.constant dense<0.0> : tensor<1x1x1x1xf32>
    %q = pj.quantize %x : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!q>
    // expected-error @below {{requires float or quantized input and result, but got}}
    %y = pj.average_pool %q {kernel = array<i64: 1, 1>} : (tensor<1x1x1x1x!q>) -> tensor<1x1x1x1xf32>
    return
  }
  func.func @max_pool_of_mixed_types() {
    %x = pj.constant dense<0.0> : tensor<1x1x1x1xf32>
    %q = pj.quantize %x : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1x!q>
    // expected-error @below {{requires a result of the input's element type, but got}}
    %y = pj.max_pool %q {kernel = array<i64: 1, 1>} : (tensor<1x1x1x1x!q>) -> tensor<1x1x1x1xf32>
    return
  }
}

// -----

func.func @absurd_sizes() {
  %x = pj.constant dense<0.0> : tensor<1xf32>
  // expected-error @below {{requires values of at most 2147483648 bytes}}
  %y = pj.pad %x {low = array<i64: 0>, high = array<i64: 2147483647>} : (tensor<1xf32>) -> tensor<2147483648xf32>
  return
}

// -----

func.func @an_op_it_does_not_know() {
  // expected-error @below {{requires an op that the interpreter knows}}
  %x = arith.constant dense<0.0> : tensor<1xf32>
  return
}

// -----

func.func private @endless(%x: tensor<1xf32>) -> tensor<1xf32> {
  // expected-error @below {{requires calls at most 64 deep}}
  %y = func.call @endless(%x) : (tensor<1xf32>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}
func.func @calls_too_deep() {
  %x = pj.constant dense<0.0> : tensor<1xf32>
  %y = func.call @endless(%x) : (tensor<1xf32>) -> tensor<1xf32>
  return
}

// -----

func.func @a_value_of_another_kind() {
  // expected-error @-1 {{requires a value that is dense or a resource, but got}}
  %x = pj.constant sparse<[[0]], [1.0]> : tensor<2xf32>
  check.expect_eq %x, dense<0.0> : tensor<2xf32> : tensor<2xf32>
  return
}
