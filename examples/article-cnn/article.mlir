// The article's network for Fashion-MNIST: images 1x28x28, ten classes.
// Two convolutions with ReLU and max-pool, two linear layers; raw pixels in, logits out.
//
// Weights and biases start uniform in ±1/sqrt(fan in). Pixels come as 0..255 and
// are normalized at the entry, x / 127.5 - 1, so that the compiled object takes them raw.
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @normalize.scale : tensor<f32> {role = #pj.role<constant>, value = dense<0.00784313772> : tensor<f32>}
  pj.param @normalize.offset : tensor<f32> {role = #pj.role<constant>, value = dense<1.0> : tensor<f32>}
  pj.param @conv1.weight : tensor<16x1x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 9>}
  pj.param @conv1.bias : tensor<16xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 9>}
  pj.param @conv2.weight : tensor<32x16x3x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 144>}
  pj.param @conv2.bias : tensor<32xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 144>}
  pj.param @fc1.weight : tensor<128x1568xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1568>}
  pj.param @fc1.bias : tensor<128xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 1568>}
  pj.param @fc2.weight : tensor<10x128xf32> {role = #pj.role<weight>, trainable, init = #pj.init<kaiming_uniform, fan_in = 128>}
  pj.param @fc2.bias : tensor<10xf32> {role = #pj.role<bias>, trainable, init = #pj.init<kaiming_uniform, fan_in = 128>}

  func.func @main(%input: tensor<?x1x28x28xf32, #batch> {pj.name = "input"})
      -> (tensor<?x10xf32, #batch> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    %scale = pj.use @normalize.scale : tensor<f32>
    %offset = pj.use @normalize.offset : tensor<f32>
    %scaled = pj.mul %input, %scale : (tensor<?x1x28x28xf32, #batch>, tensor<f32>) -> tensor<?x1x28x28xf32, #batch> loc("normalize.mul")
    %x = pj.sub %scaled, %offset : (tensor<?x1x28x28xf32, #batch>, tensor<f32>) -> tensor<?x1x28x28xf32, #batch> loc("normalize.sub")

    %w1 = pj.use @conv1.weight : tensor<16x1x3x3xf32>
    %b1 = pj.use @conv1.bias : tensor<16xf32>
    %c1 = pj.conv %x, %w1, %b1 {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x1x28x28xf32, #batch>, tensor<16x1x3x3xf32>, tensor<16xf32>) -> tensor<?x16x28x28xf32, #batch> loc("conv1")
    %r1 = pj.relu %c1 : (tensor<?x16x28x28xf32, #batch>) -> tensor<?x16x28x28xf32, #batch> loc("relu1")
    %p1 = pj.max_pool %r1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<?x16x28x28xf32, #batch>) -> tensor<?x16x14x14xf32, #batch> loc("pool1")

    %w2 = pj.use @conv2.weight : tensor<32x16x3x3xf32>
    %b2 = pj.use @conv2.bias : tensor<32xf32>
    %c2 = pj.conv %p1, %w2, %b2 {pads = array<i64: 1, 1, 1, 1>}
        : (tensor<?x16x14x14xf32, #batch>, tensor<32x16x3x3xf32>, tensor<32xf32>) -> tensor<?x32x14x14xf32, #batch> loc("conv2")
    %r2 = pj.relu %c2 : (tensor<?x32x14x14xf32, #batch>) -> tensor<?x32x14x14xf32, #batch> loc("relu2")
    %p2 = pj.max_pool %r2 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : (tensor<?x32x14x14xf32, #batch>) -> tensor<?x32x7x7xf32, #batch> loc("pool2")

    %flat = pj.reshape %p2 {shape = array<i64: 0, -1>} : (tensor<?x32x7x7xf32, #batch>) -> tensor<?x1568xf32, #batch> loc("flatten")
    %w3 = pj.use @fc1.weight : tensor<128x1568xf32>
    %b3 = pj.use @fc1.bias : tensor<128xf32>
    %h1 = pj.matmul %flat, %w3, %b3 {transpose_b}
        : (tensor<?x1568xf32, #batch>, tensor<128x1568xf32>, tensor<128xf32>) -> tensor<?x128xf32, #batch> loc("fc1")
    %r3 = pj.relu %h1 : (tensor<?x128xf32, #batch>) -> tensor<?x128xf32, #batch> loc("relu3")
    %w4 = pj.use @fc2.weight : tensor<10x128xf32>
    %b4 = pj.use @fc2.bias : tensor<10xf32>
    %logits = pj.matmul %r3, %w4, %b4 {transpose_b}
        : (tensor<?x128xf32, #batch>, tensor<10x128xf32>, tensor<10xf32>) -> tensor<?x10xf32, #batch> loc("fc2")
    return %logits : tensor<?x10xf32, #batch>
  }
}
