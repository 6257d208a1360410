// Keyword spotting on log-mel spectrograms of 40 bands x 101 frames (one second,
// a frame every 10 ms) in 10 classes: a strided convolution and up to four blocks
// of depthwise-separable convolutions, after Zhang et al. 2017 (Hello Edge).
//
// Searched: the stem's channels and filter; for each block the depthwise filter's
// height (bands) and width (frames), the channels, whether it is there a second
// time with a residual connection; the number of blocks.

!map = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!wider = tensor<?x?x?x?xf32, #pj.dims<[H, N, W, count] -> [N, count, H, W]>>
!x0 = tensor<?x?x20x51xf32, #pj.dims<[N, stem] -> [N, stem]>>
!x1 = tensor<?x?x10x26xf32, #pj.dims<[N, block1.count] -> [N, block1.count]>>
!x2 = tensor<?x?x10x26xf32, #pj.dims<[N, block2.count] -> [N, block2.count]>>
!x3 = tensor<?x?x10x26xf32, #pj.dims<[N, block3.count] -> [N, block3.count]>>
!x4 = tensor<?x?x10x26xf32, #pj.dims<[N, block4.count] -> [N, block4.count]>>
!features = tensor<?x?x10x26xf32, #pj.dims<[N, features] -> [N, features]>>

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.size @stem [8, 16, 24, 32, 48]
  pj.size @stem_height [3, 5, 9]
  pj.size @stem_width [3, 5, 9]
  pj.size @height [1, 3, 5]
  pj.size @width [1, 3, 5, 9]
  pj.size @count [8, 16, 24, 32, 48, 64]

  // A depthwise filter, then a product over the channels.
  func.func private @separable(%x: !map) -> !wider attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.conv_layer %x {kernel = [@height, @width], depthwise, name = "depthwise"} : (!map) -> !map
    %1 = pj.batch_norm_layer %0 : !map
    %2 = pj.relu %1 : (!map) -> !map
    %3 = pj.conv_layer %2 {kernel = [1, 1], name = "pointwise"} : (!map) -> !wider
    %4 = pj.batch_norm_layer %3 : !wider
    %5 = pj.relu %4 : (!wider) -> !wider
    return %5 : !wider
  }

  func.func private @block(%x: !map) -> !wider attributes {pj.dims = ["N", "C", "H", "W"]} {
    %0 = pj.apply @separable(%x) : (!map) -> !wider
    %y = pj.choice @again : !wider
      case no {
        pj.yield %0 : !wider
      }
      case residual {
        %1 = pj.apply @separable(%0) : (!wider) -> !wider
        %2 = pj.add %0, %1 : (!wider, !wider) -> !wider
        pj.yield %2 : !wider
      }
    return %y : !wider
  }

  func.func @main(%sound: tensor<?x1x40x101xf32, #pj.dims<[N] -> [N]>> {pj.name = "log_mel"})
      -> (tensor<?x10xf32, #pj.dims<[N] -> [N]>> {pj.name = "logits"}) attributes {pj.dims = ["N"]} {
    %0 = pj.conv_layer %sound {kernel = [@stem_height, @stem_width], strides = array<i64: 2, 2>, name = "stem"}
        : (tensor<?x1x40x101xf32, #pj.dims<[N] -> [N]>>) -> !x0
    %1 = pj.batch_norm_layer %0 : !x0
    %2 = pj.relu %1 : (!x0) -> !x0
    %3 = pj.max_pool %2 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
        : (!x0) -> tensor<?x?x10x26xf32, #pj.dims<[N, stem] -> [N, stem]>>
    %b1 = pj.apply @block(%3) as @block1 : (tensor<?x?x10x26xf32, #pj.dims<[N, stem] -> [N, stem]>>) -> !x1
    %b2 = pj.apply @block(%b1) as @block2 : (!x1) -> !x2
    %b3 = pj.apply @block(%b2) as @block3 : (!x2) -> !x3
    %b4 = pj.apply @block(%b3) as @block4 : (!x3) -> !x4
    // Blocks that nobody reads are not part of the network.
    %last = pj.choice @blocks varies ["features"] : !features
      case one {
        pj.yield %b1 : !x1
      }
      case two {
        pj.yield %b2 : !x2
      }
      case three {
        pj.yield %b3 : !x3
      }
      case four {
        pj.yield %b4 : !x4
      }
    %4 = pj.global_average_pool %last : (!features) -> tensor<?x?x1x1xf32, #pj.dims<[N, features] -> [N, features]>>
    %5 = pj.reshape %4 {shape = array<i64: 0, -1>} : (tensor<?x?x1x1xf32, #pj.dims<[N, features] -> [N, features]>>)
        -> tensor<?x?xf32, #pj.dims<[N, features] -> [N, features]>>
    %6 = pj.linear_layer %5 {name = "classifier"}
        : (tensor<?x?xf32, #pj.dims<[N, features] -> [N, features]>>) -> tensor<?x10xf32, #pj.dims<[N] -> [N]>>
    return %6 : tensor<?x10xf32, #pj.dims<[N] -> [N]>>
  }
}
