#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<8x3xf32> {role = #pj.role<weight>, value = dense<[[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, -1.0], [-1.0, -1.0, 0.0]]> : tensor<8x3xf32>}
  func.func @main(%x: tensor<?x2x4xf32, #batch> {pj.name = "x"}) -> (tensor<?x3xf32, #batch> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
    %0 = pj.reshape %x {shape = array<i64: 0, -1>} : (tensor<?x2x4xf32, #batch>) -> tensor<?x8xf32, #batch> loc("flatten")
    %w = pj.use @w : tensor<8x3xf32>
    %1 = pj.matmul %0, %w : (tensor<?x8xf32, #batch>, tensor<8x3xf32>) -> tensor<?x3xf32, #batch> loc("fc")
    %2 = pj.relu %1 : (tensor<?x3xf32, #batch>) -> tensor<?x3xf32, #batch> loc("relu")
    return %2 : tensor<?x3xf32, #batch>
  }
}
