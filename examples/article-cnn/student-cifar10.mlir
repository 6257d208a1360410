// Half of the article's network for CIFAR-10: half the channels, half the width between
// the linear layers. A student for a trained article-cifar10.mlir:
//
//   penjing train student-cifar10.mlir --teacher float.mlirbc --beta 0.5 --temperature 4 \
//       --data DIR --epochs 6 --schedule one-cycle --lr 0.03 --momentum 0.9 --weight-decay 5e-4 \
//       -o student.mlirbc
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @normalize.scale : tensor<f32> {role = #pj.role<constant>, value = dense<0.00784313772> : tensor<f32>}
  pj.param @normalize.offset : tensor<f32> {role = #pj.role<constant>, value = dense<1.0> : tensor<f32>}
  pj.param @conv1.weight : tensor<8x3x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 27>}
  pj.param @conv1.bias : tensor<8xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 27>}
  pj.param @conv2.weight : tensor<16x8x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 72>}
  pj.param @conv2.bias : tensor<16xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 72>}
  pj.param @fc1.weight : tensor<64x1024xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1024>}
  pj.param @fc1.bias : tensor<64xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1024>}
  pj.param @fc2.weight : tensor<10x64xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 64>}
  pj.param @fc2.bias : tensor<10xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 64>}

  func.func @main(%input: tensor<?x3x32x32xf32, #batch> {pj.name = "input"})
      -> (tensor<?x10xf32, #batch> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    %scale = pj.use @normalize.scale : tensor<f32>
    %offset = pj.use @normalize.offset : tensor<f32>
    %scaled = pj.mul %input, %scale : (tensor<?x3x32x32xf32, #batch>, tensor<f32>) -> tensor<?x3x32x32xf32, #batch> loc("normalize.mul")
    %x = pj.sub %scaled, %offset : (tensor<?x3x32x32xf32, #batch>, tensor<f32>) -> tensor<?x3x32x32xf32, #batch> loc("normalize.sub")

    %w1 = pj.use @conv1.weight : tensor<8x3x3x3xf32>
    %b1 = pj.use @conv1.bias : tensor<8xf32>
    %c1 = pj.conv %x, %w1, %b1 {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x3x32x32xf32, #batch>, tensor<8x3x3x3xf32>, tensor<8xf32>) -> tensor<?x8x32x32xf32, #batch> loc("conv1")
    %r1 = pj.relu %c1 : (tensor<?x8x32x32xf32, #batch>) -> tensor<?x8x32x32xf32, #batch> loc("relu1")
    %p1 = pj.max_pool %r1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<?x8x32x32xf32, #batch>) -> tensor<?x8x16x16xf32, #batch> loc("pool1")

    %w2 = pj.use @conv2.weight : tensor<16x8x3x3xf32>
    %b2 = pj.use @conv2.bias : tensor<16xf32>
    %c2 = pj.conv %p1, %w2, %b2 {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x8x16x16xf32, #batch>, tensor<16x8x3x3xf32>, tensor<16xf32>) -> tensor<?x16x16x16xf32, #batch> loc("conv2")
    %r2 = pj.relu %c2 : (tensor<?x16x16x16xf32, #batch>) -> tensor<?x16x16x16xf32, #batch> loc("relu2")
    %p2 = pj.max_pool %r2 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<?x16x16x16xf32, #batch>) -> tensor<?x16x8x8xf32, #batch> loc("pool2")

    %flat = pj.reshape %p2 {shape = array<i64: 0, -1>} : (tensor<?x16x8x8xf32, #batch>) -> tensor<?x1024xf32, #batch> loc("flatten")
    %w3 = pj.use @fc1.weight : tensor<64x1024xf32>
    %b3 = pj.use @fc1.bias : tensor<64xf32>
    %h1 = pj.matmul %flat, %w3, %b3 {transpose_b}
        : (tensor<?x1024xf32, #batch>, tensor<64x1024xf32>, tensor<64xf32>) -> tensor<?x64xf32, #batch> loc("fc1")
    %r3 = pj.relu %h1 : (tensor<?x64xf32, #batch>) -> tensor<?x64xf32, #batch> loc("relu3")
    %w4 = pj.use @fc2.weight : tensor<10x64xf32>
    %b4 = pj.use @fc2.bias : tensor<10xf32>
    %logits = pj.matmul %r3, %w4, %b4 {transpose_b}
        : (tensor<?x64xf32, #batch>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<?x10xf32, #batch> loc("fc2")
    return %logits : tensor<?x10xf32, #batch>
  }
}
