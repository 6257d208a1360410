// Training changes values and nothing else; what it learns is tested in
// test/unit/Train.
// RUN: penjing-opt %s --split-input-file --pj-train="epochs=0 seed=1" | FileCheck %s --check-prefixes=CHECK,INIT
// RUN: cd %S/Inputs && penjing-opt %s --split-input-file --pj-train="data=blobs.npz epochs=2 batch=16 lr=0.1 momentum=0.9 schedule=one-cycle validation=0.25 seed=1" | FileCheck %s --check-prefixes=CHECK,TRAIN

// The documented example: the initializer becomes a value, the graph stays.
// CHECK-LABEL: module
// CHECK: pj.param @w : tensor<4x3xf32> {role = #pj.role<weight>, trainable, value = dense_resource<w> : tensor<4x3xf32>}
// CHECK: %[[W:.*]] = pj.use @w
// CHECK-NEXT: %[[Y:.*]] = pj.matmul %{{.*}}, %[[W]]
// CHECK-NEXT: return %[[Y]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x3xf32> {role = #pj.role<weight>, trainable,
                                 init = #pj.init<kaiming_uniform, fan_in = 4>}
  func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
      -> tensor<?x3xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    %w = pj.use @w : tensor<4x3xf32>
    %y = pj.matmul %x, %w : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>, tensor<4x3xf32>)
        -> tensor<?x3xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x3xf32, #pj.dims<[N] -> [N]>>
  }
}

// -----

// A model exported for one sample, its softmax left in place; a parameter that
// is not trainable keeps its value, inline as it was.
// CHECK-LABEL: module
// CHECK: pj.param @w : tensor<4x3xf32>
// INIT-SAME: dense<5.000000e-01>
// TRAIN-SAME: dense_resource
// CHECK: pj.param @b : tensor<3xf32> {role = #pj.role<bias>, value = dense<2.500000e-01> : tensor<3xf32>}
// CHECK: pj.softmax
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x3xf32> {role = #pj.role<weight>, trainable, value = dense<0.5> : tensor<4x3xf32>}
  pj.param @b : tensor<3xf32> {role = #pj.role<bias>, value = dense<0.25> : tensor<3xf32>}
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x3xf32> {
    %w = pj.use @w : tensor<4x3xf32>
    %b = pj.use @b : tensor<3xf32>
    %l = pj.matmul %x, %w, %b : (tensor<1x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
    %y = pj.softmax %l {axis = 1 : i32} : (tensor<1x3xf32>) -> tensor<1x3xf32>
    return %y : tensor<1x3xf32>
  }
}
