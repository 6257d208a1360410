// The pipeline from a model to its training step.
// RUN: penjing-opt %s --pj-training-step="batch=4 label-smoothing=0.1 beta=0.5 temperature=2" --dump-pass-pipeline 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=PIPELINE <%t
// RUN: penjing-opt %source/examples/article-cnn/article.mlir --pj-training-step | FileCheck %s --check-prefix=ARTICLE
// RUN: penjing-opt %source/examples/article-cnn/article-cifar10.mlir --pj-training-step | FileCheck %s --check-prefix=CIFAR

// PIPELINE: pj-bind-batch{size=4},
// PIPELINE-NEXT: pj-attach-loss{beta=0.5 label-smoothing=0.1 temperature=2},
// PIPELINE-NEXT: pj-training-mode,
// PIPELINE-NEXT: pj-differentiate,
// PIPELINE-NEXT: cse

// CHECK-LABEL: func.func @step
// CHECK-SAME: (%{{.*}}: tensor<4x2xf32> {pj.name = "x"}, %{{.*}}: tensor<4xi32> {pj.name = "labels"}, %{{.*}}: tensor<4x2xf32> {pj.name = "teacher_logits"})
// CHECK-SAME: -> (tensor<f32> {pj.name = "loss"}, tensor<4x2xf32> {pj.name = "y"}, tensor<2xf32> {pj.name = "gradient:s"}, tensor<2xf32> {pj.name = "gradient:b"}, tensor<2xf32> {pj.name = "update:m"}, tensor<2xf32> {pj.name = "update:v"})
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @s : tensor<2xf32> {role = #pj.role<norm_scale>, trainable, init = #pj.init<ones>}
  pj.param @b : tensor<2xf32> {role = #pj.role<norm_shift>, trainable, init = #pj.init<zeros>}
  pj.param @m : tensor<2xf32> {role = #pj.role<running_mean>, init = #pj.init<zeros>}
  pj.param @v : tensor<2xf32> {role = #pj.role<running_variance>, init = #pj.init<ones>}
  func.func @classify(%x: tensor<?x2xf32, #batch> {pj.name = "x"}) -> (tensor<?x2xf32, #batch> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
    %s = pj.use @s : tensor<2xf32>
    %b = pj.use @b : tensor<2xf32>
    %m = pj.use @m : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    %y = pj.batch_norm %x, %s, %b, %m, %v
        : (tensor<?x2xf32, #batch>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32, #batch>
    return %y : tensor<?x2xf32, #batch>
  }
}

// The article's networks, as they come.
// ARTICLE-LABEL: func.func @step
// ARTICLE-SAME: tensor<64x1x28x28xf32> {pj.name = "input"}, %{{.*}}: tensor<64xi32> {pj.name = "labels"})
// ARTICLE-SAME: tensor<64x10xf32> {pj.name = "logits"}, tensor<16x1x3x3xf32> {pj.name = "gradient:conv1.weight"}
// ARTICLE-SAME: tensor<128x1568xf32> {pj.name = "gradient:fc1.weight"}
// CIFAR-LABEL: func.func @step
// CIFAR-SAME: tensor<64x3x32x32xf32> {pj.name = "input"}
// CIFAR-SAME: tensor<128x2048xf32> {pj.name = "gradient:fc1.weight"}
