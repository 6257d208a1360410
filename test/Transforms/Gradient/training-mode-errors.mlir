// What pj-training-mode refuses.
// RUN: penjing-opt %s --pj-training-mode -split-input-file -verify-diagnostics

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<?x2xf32, #pj.dims<[N] -> [N]>>, %s: tensor<2xf32>)
      -> tensor<?x2xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    // expected-error @below {{requires a static input in training, but got 'tensor<?x2xf32, #pj.dims<[N] -> [N]>>'; run pj-bind-batch first}}
    %y = pj.batch_norm %x, %s, %s, %s, %s : (tensor<?x2xf32, #pj.dims<[N] -> [N]>>, tensor<2xf32>, tensor<2xf32>,
        tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x2xf32, #pj.dims<[N] -> [N]>>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x2xf32>, %s: tensor<2xf32>) -> tensor<1x2xf32> {
    // expected-error @below {{requires at least 2 elements a channel in training, but got 1}}
    %y = pj.batch_norm %x, %s, %s, %s, %s : (tensor<1x2xf32>, tensor<2xf32>, tensor<2xf32>,
        tensor<2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<8x2xf32>, %s: tensor<2xf32>) -> tensor<8x2xf32> {
    // expected-error @below {{requires running statistics that are parameters, but got}}
    %y = pj.batch_norm %x, %s, %s, %s, %s : (tensor<8x2xf32>, tensor<2xf32>, tensor<2xf32>,
        tensor<2xf32>, tensor<2xf32>) -> tensor<8x2xf32>
    return %y : tensor<8x2xf32>
  }
}
