// A small space on the data of linear.py: up to two hidden layers of four widths, with
// relu or without, and an alternative whose training diverges.
#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.size @width [2, 4, 8, 16]
  func.func @main(%x: tensor<?x8xf32, #batch> {pj.name = "x"})
      -> (tensor<?x3xf32, #batch> {pj.name = "y"}) attributes {pj.dims = ["N"]} {
    %0 = pj.choice @first : tensor<?x8xf32, #batch>
      case none {
        pj.yield %x : tensor<?x8xf32, #batch>
      }
      case linear {
        %4 = pj.linear_layer %x : (tensor<?x8xf32, #batch>) -> tensor<?x8xf32, #batch>
        pj.yield %4 : tensor<?x8xf32, #batch>
      }
      case relu {
        %4 = pj.linear_layer %x : (tensor<?x8xf32, #batch>) -> tensor<?x8xf32, #batch>
        %5 = pj.relu %4 : (tensor<?x8xf32, #batch>) -> tensor<?x8xf32, #batch>
        pj.yield %5 : tensor<?x8xf32, #batch>
      }
      case diverging {
        %4 = pj.constant dense<1.0e+18> : tensor<f32>
        %5 = pj.mul %x, %4 : (tensor<?x8xf32, #batch>, tensor<f32>) -> tensor<?x8xf32, #batch>
        pj.yield %5 : tensor<?x8xf32, #batch>
      }
    %1 = pj.linear_layer %0 : (tensor<?x8xf32, #batch>) -> tensor<?x?xf32, #pj.dims<[N, width] -> [N, width]>>
    %2 = pj.relu %1 : (tensor<?x?xf32, #pj.dims<[N, width] -> [N, width]>>) -> tensor<?x?xf32, #pj.dims<[N, width] -> [N, width]>>
    %3 = pj.linear_layer %2 : (tensor<?x?xf32, #pj.dims<[N, width] -> [N, width]>>) -> tensor<?x3xf32, #batch>
    return %3 : tensor<?x3xf32, #batch>
  }
}
