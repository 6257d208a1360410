// Nodes that prevent another batch are named.
// RUN: penjing-opt %s --pj-bind-batch="size=64" -split-input-file -verify-diagnostics
// RUN: not penjing-opt %S/bind-batch.mlir --pj-bind-batch="size=0" -split-input-file 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: requires a batch of 1 to 1048576, but got 0

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<2x2xf32> {
    // expected-error @unknown {{requires as many elements as the input has, but got [2, 2] for 'tensor<64x4xf32>'}}
    // expected-error @unknown {{requires nodes that keep the batch apart in dimension 0, but got 'pj.reshape' of "flat"}}
    %y = pj.reshape %x {shape = array<i64: 2, 2>} : (tensor<1x4xf32>) -> tensor<2x2xf32> loc("flat")
    return %y : tensor<2x2xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<2x2xf32> {
    // expected-error @below {{requires nodes that keep the batch apart in dimension 0, but got 'pj.reshape'}}
    %y = pj.reshape %x {shape = array<i64: -1, 2>} : (tensor<1x4xf32>) -> tensor<2x2xf32>
    return %y : tensor<2x2xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
    // expected-error @below {{but got 'pj.transpose'}}
    %y = pj.transpose %x {permutation = array<i64: 1, 0>} : (tensor<64x64xf32>) -> tensor<64x64xf32>
    return %y : tensor<64x64xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
    // expected-error @below {{but got 'pj.softmax'}}
    %y = pj.softmax %x {axis = 0 : i32} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %y : tensor<1x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
    // expected-error @below {{but got 'pj.reduce_sum'}}
    %y = pj.reduce_sum %x {axes = array<i64: 0>, keep_dims} : (tensor<1x4xf32>) -> tensor<1x4xf32>
    return %y : tensor<1x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x1xf32> {
    // expected-error @below {{but got 'pj.matmul'}}
    %y = pj.matmul %x, %x {transpose_b} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x1xf32>
    return %y : tensor<1x1xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<2x4xf32> {
    // expected-error @below {{but got 'pj.concat'}}
    %y = pj.concat %x, %x {axis = 0 : i32} : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
    return %y : tensor<2x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x4xf32>) -> tensor<2x4xf32> {
    // expected-error @below {{but got 'pj.pad'}}
    %y = pj.pad %x {low = array<i64: 1, 0>, high = array<i64: 0, 0>} : (tensor<1x4xf32>) -> tensor<2x4xf32>
    return %y : tensor<2x4xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires an input with a leading dimension, but got none}}
  func.func @main(%x: tensor<f32>) -> tensor<f32> {
    return %x : tensor<f32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(
      // expected-error @below {{requires a leading dimension that is a number or a name, but got 'tensor<?xf32, #pj.dims<[N] -> [N * 2]>>'}}
      %x: tensor<?xf32, #pj.dims<[N] -> [N * 2]>>)
      -> tensor<?xf32, #pj.dims<[N] -> [N * 2]>> attributes {pj.dims = ["N"]} {
    return %x : tensor<?xf32, #pj.dims<[N] -> [N * 2]>>
  }
}
