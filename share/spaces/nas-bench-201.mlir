// The space of NAS-Bench-201 (Dong and Yang 2020) for images of 3 x 32 x 32 in 10
// classes: 5 operations on each of the 6 edges of one cell, 15,625 networks.
//
// A cell has four nodes; edge j -> i reads node j, and node i is the sum of its
// edges. The same cell stands 15 times in the network: it has parameters of its
// own each time, but is decided once. The table of the benchmark writes a cell
// as |edge0|+|edge1|edge2|+|edge3|edge4|edge5|.

!image = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
// An image of even height and width, and one of half the size, twice the channels.
!large = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H * 2, W * 2]>>
!narrow = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!small = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C * 2, H, W]>>

!x16 = tensor<?x16x32x32xf32, #pj.dims<[N] -> [N]>>
!x32 = tensor<?x32x16x16xf32, #pj.dims<[N] -> [N]>>
!x64 = tensor<?x64x8x8xf32, #pj.dims<[N] -> [N]>>
!pixels = tensor<?x3x32x32xf32, #pj.dims<[N] -> [N]>>

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {

  func.func private @conv1x1(%x: !image) -> !image attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.relu %x : (!image) -> !image
    %1 = pj.conv_layer %0 {kernel = [1, 1]} : (!image) -> !image
    %2 = pj.batch_norm_layer %1 : !image
    return %2 : !image
  }

  func.func private @conv3x3(%x: !image) -> !image attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.relu %x : (!image) -> !image
    %1 = pj.conv_layer %0 {kernel = [3, 3]} : (!image) -> !image
    %2 = pj.batch_norm_layer %1 : !image
    return %2 : !image
  }

  // What an edge may do: in the instance `as @edge0`, the decision `self` is called edge0.
  func.func private @edge(%x: !image) -> !image attributes {pj.dims = ["N", "C", "H", "W"]} {
    %y = pj.choice @self : !image
      case none {
        %0 = pj.zeros_like %x : !image
        pj.yield %0 : !image
      }
      case skip {
        pj.yield %x : !image
      }
      case conv1x1 {
        %0 = pj.apply @conv1x1(%x) : (!image) -> !image
        pj.yield %0 : !image
      }
      case conv3x3 {
        %0 = pj.apply @conv3x3(%x) : (!image) -> !image
        pj.yield %0 : !image
      }
      case avg_pool3x3 {
        %0 = pj.average_pool %x {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>} : (!image) -> !image
        pj.yield %0 : !image
      }
    return %y : !image
  }

  func.func private @cell(%node0: !image) -> !image attributes {pj.dims = ["N", "C", "H", "W"]} {
    %node1 = pj.apply @edge(%node0) as @edge0 : (!image) -> !image
    %1 = pj.apply @edge(%node0) as @edge1 : (!image) -> !image
    %2 = pj.apply @edge(%node1) as @edge2 : (!image) -> !image
    %node2 = pj.add %1, %2 : (!image, !image) -> !image
    %3 = pj.apply @edge(%node0) as @edge3 : (!image) -> !image
    %4 = pj.apply @edge(%node1) as @edge4 : (!image) -> !image
    %5 = pj.apply @edge(%node2) as @edge5 : (!image) -> !image
    %6 = pj.add %3, %4 : (!image, !image) -> !image
    %node3 = pj.add %6, %5 : (!image, !image) -> !image
    return %node3 : !image
  }

  // Between the stages: a residual block that halves the image and doubles the channels.
  func.func private @reduce(%x: !large) -> !small attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.relu %x : (!large) -> !large
    %1 = pj.conv_layer %0 {kernel = [3, 3], strides = array<i64: 2, 2>} : (!large) -> !small
    %2 = pj.batch_norm_layer %1 : !small
    %3 = pj.relu %2 : (!small) -> !small
    %4 = pj.conv_layer %3 {kernel = [3, 3]} : (!small) -> !small
    %5 = pj.batch_norm_layer %4 : !small
    %6 = pj.average_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!large) -> !narrow
    %7 = pj.conv_layer %6 {kernel = [1, 1], name = "shortcut"} : (!narrow) -> !small
    %8 = pj.add %5, %7 : (!small, !small) -> !small
    return %8 : !small
  }

  func.func @main(%image: !pixels {pj.name = "image"})
      -> (tensor<?x10xf32, #pj.dims<[N] -> [N]>> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    // Pixels come raw, from 0 to 255.
    %scale = pj.constant dense<0.00392156886> : tensor<f32>
    %pixels = pj.mul %image, %scale : (!pixels, tensor<f32>) -> !pixels
    %0 = pj.conv_layer %pixels {kernel = [3, 3], name = "stem"} : (!pixels) -> !x16
    %1 = pj.batch_norm_layer %0 : !x16
    %2 = pj.stack @cells [5] %1 : !x16 {
    ^bb0(%a: !x16):
      %c = pj.apply @cell(%a) : (!x16) -> !x16
      pj.yield %c : !x16
    }
    %3 = pj.apply @reduce(%2) : (!x16) -> !x32
    %4 = pj.stack @cells [5] %3 : !x32 {
    ^bb0(%a: !x32):
      %c = pj.apply @cell(%a) : (!x32) -> !x32
      pj.yield %c : !x32
    }
    %5 = pj.apply @reduce(%4) : (!x32) -> !x64
    %6 = pj.stack @cells [5] %5 : !x64 {
    ^bb0(%a: !x64):
      %c = pj.apply @cell(%a) : (!x64) -> !x64
      pj.yield %c : !x64
    }
    %7 = pj.batch_norm_layer %6 : !x64
    %8 = pj.relu %7 : (!x64) -> !x64
    %9 = pj.global_average_pool %8 : (!x64) -> tensor<?x64x1x1xf32, #pj.dims<[N] -> [N]>>
    %10 = pj.reshape %9 {shape = array<i64: 0, -1>}
        : (tensor<?x64x1x1xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x64xf32, #pj.dims<[N] -> [N]>>
    %11 = pj.linear_layer %10 {name = "classifier"}
        : (tensor<?x64xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x10xf32, #pj.dims<[N] -> [N]>>
    return %11 : tensor<?x10xf32, #pj.dims<[N] -> [N]>>
  }
}
