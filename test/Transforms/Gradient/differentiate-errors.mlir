// What pj-differentiate refuses.
// RUN: penjing-opt %s --pj-differentiate -split-input-file -verify-diagnostics

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main(%x: tensor<2x2xf32>) -> tensor<f32> {
    %w = pj.use @w : tensor<2x2xf32>
    // expected-error @below {{has no gradient rule, but the loss depends on a trainable parameter through it}}
    %g = pj.softmax_gradient %w, %x {axis = 1 : i32} : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    %l = pj.reduce_sum %g {axes = array<i64: 0, 1>} : (tensor<2x2xf32>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires a loss that is a float scalar, but got 'tensor<2xf32>'; run pj-attach-loss first}}
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires a result that is the loss, but got none}}
  func.func @main(%x: tensor<2xf32>) {
    return
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires static tensors to differentiate, but got 'tensor<?xf32, #pj.dims<[N] -> [N]>>'; run pj-bind-batch first}}
  func.func @main(%x: tensor<?xf32, #pj.dims<[N] -> [N]>>) -> tensor<f32> attributes {pj.dims = ["N"]} {
    %l = pj.reduce_sum %x {axes = array<i64: 0>} : (tensor<?xf32, #pj.dims<[N] -> [N]>>) -> tensor<f32>
    return %l : tensor<f32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  }
  // expected-error @below {{requires the name 'step' for the step, but it is taken}}
  func.func private @step() {
    return
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires one block, but got 2}}
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  ^bb1:
    return %x : tensor<f32>
  }
}

// -----

// expected-error @below {{requires a module of form 'float' or 'decided', but got 'packed'}}
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  }
}
