// The form of a module and the ops that may stand in it.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK: module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable, value = dense<0.5> : tensor<4x2xf32>}
  pj.param @b : tensor<2xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 4>}
  // CHECK: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"}
  func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"})
      -> (tensor<?x2xf32, #pj.dims<[N] -> [N]>> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<4x2xf32>
    %b = pj.use @b : tensor<2xf32>
    %y = pj.matmul %x, %w, %b : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x2xf32>, tensor<2xf32>)
        -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%w: tensor<4xf32>, %m: tensor<4xi1>) -> tensor<4xf32> {
    // expected-error @below {{may not stand in a module of form 'float'}}
    %y = pj.masked %w, %m : (tensor<4xf32>, tensor<4xi1>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-error @below {{may not stand in a module of form 'decided'}}
    %q = pj.quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.5:128>>
    %y = pj.dequantize %q : (tensor<4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  // expected-error @below {{requires a value in a module of form 'packed'; run pj-calibrate or pj-train first}}
  pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>}
}

// -----

// expected-error @below {{requires dialect version 1 to 1, but got 2}}
module attributes {pj.form = #pj.form<float>, pj.version = 2 : i32} {
}

// -----

// expected-error @below {{requires 'pj.form' to be a form attribute, but got "float"}}
module attributes {pj.form = "float"} {
}

// -----

// expected-error @below {{requires 'pj.form' to stand on a module, but got it on 'func.func'}}
func.func @main() attributes {pj.form = #pj.form<float>} {
  return
}

// -----

// expected-error @below {{requires dimension 'N' of argument 0 to be declared in 'pj.dims'}}
func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>> {pj.name = "x"}) {
  return
}

// -----

// expected-error @below {{requires distinct names in 'pj.dims', but got "N" twice}}
func.func @main() attributes {pj.dims = ["N", "N"]} {
  return
}

// -----

// expected-error @below {{requires 'pj.dims' to be an array of strings on a function, but got 1 : i64}}
func.func @main() attributes {pj.dims = 1} {
  return
}

// -----

// expected-error @below {{requires 'pj.name' to be a string, but got 1 : i64}}
func.func @main(%x: tensor<4xf32> {pj.name = 1}) {
  return
}

// -----

// expected-error @below {{requires 'pj.recipe' to be a SHA-256 of 64 lower-case hex digits, but got "tiny"}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32, pj.recipe = "tiny"} {
}
