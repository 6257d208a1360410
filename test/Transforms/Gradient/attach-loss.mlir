// A model gets a loss on its logits.
// RUN: penjing-opt %s --pj-attach-loss="beta=0.5 temperature=4" -split-input-file | FileCheck %s
// RUN: penjing-opt %s --pj-attach-loss="label-smoothing=0.1" -split-input-file | FileCheck %s --check-prefix=ALONE

// The documented example: the loss sits on the operand of the final softmax.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<64x10xf32>, %[[T:.*]]: tensor<64xi32> {pj.name = "labels"}, %[[TEACHER:.*]]: tensor<64x10xf32> {pj.name = "teacher_logits"})
// CHECK-SAME: -> (tensor<64x10xf32> {pj.name = "p"}, tensor<f32> {pj.name = "loss"})
// CHECK: %[[P:.*]] = pj.softmax %[[X]]
// CHECK: %[[CE:.*]] = pj.cross_entropy %[[X]], %[[T]]
// CHECK: %[[KL:.*]] = pj.distillation_loss %[[X]], %[[TEACHER]] {temperature = 4.000000e+00 : f64}
// CHECK: %[[BETA:.*]] = pj.constant dense<5.000000e-01>
// CHECK: %[[PART:.*]] = pj.mul %[[KL]], %[[BETA]]
// CHECK: %[[L:.*]] = pj.add %[[CE]], %[[PART]]
// CHECK: return %[[P]], %[[L]]

// Without a teacher's part there is no teacher.
// ALONE-LABEL: func.func @main
// ALONE-SAME: (%[[X:.*]]: tensor<64x10xf32>, %[[T:.*]]: tensor<64xi32> {pj.name = "labels"}) ->
// ALONE: %[[CE:.*]] = pj.cross_entropy %[[X]], %[[T]] {label_smoothing = 1.000000e-01 : f64}
// ALONE: return %{{.*}}, %[[CE]]
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<64x10xf32>) -> (tensor<64x10xf32> {pj.name = "p"}) {
    %p = pj.softmax %x {axis = 1 : i32} : (tensor<64x10xf32>) -> tensor<64x10xf32>
    return %p : tensor<64x10xf32>
  }
}

// -----

// Of several outputs the one named logits counts; labels share the batch's name.
// CHECK-LABEL: func.func @main
// CHECK-SAME: tensor<?xi32, #pj.dims<[N] -> [N]>> {pj.name = "labels"}
// CHECK: pj.cross_entropy %arg1, %arg2
// ALONE-LABEL: func.func @main
// ALONE: pj.cross_entropy %arg1, %arg2
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%a: tensor<4xf32>, %x: tensor<?x10xf32, #pj.dims<[N] -> [N]>>)
      -> (tensor<4xf32>, tensor<?x10xf32, #pj.dims<[N] -> [N]>> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    return %a, %x : tensor<4xf32>, tensor<?x10xf32, #pj.dims<[N] -> [N]>>
  }
}
