// What pj-resolve-choices refuses; the decision given is always op=conv.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics --pj-resolve-choices="op=conv"
!x = tensor<1x2x4x4xf32>
// expected-error @below {{requires decision 'op' to be one of none, skip, but got 'conv'}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x {
    %y = pj.choice @op : !x
      case none {
        pj.yield %x : !x
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !x
  }
}

// -----

// expected-error @below {{requires a module that leaves something open: 'pj.choice', 'pj.stack', 'pj.size' or 'pj.decision', but found none}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// expected-error @below {{requires a decision of the space (depth), but got 'op'}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %y = pj.stack @depth [1, 2] %x : tensor<4xf32> {
    ^bb0(%a: tensor<4xf32>):
      pj.yield %a : tensor<4xf32>
    }
    return %y : tensor<4xf32>
  }
}

// -----

!x = tensor<1x2x4x4xf32>
// expected-error @below {{requires an option for every decision, but got none for depth (1 | 2)}}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x {
    %0 = pj.choice @op : !x
      case conv {
        %1 = pj.conv_layer %x {kernel = [3, 3]} : (!x) -> !x
        pj.yield %1 : !x
      }
      case skip {
        pj.yield %x : !x
      }
    %y = pj.stack @depth [1, 2] %0 : !x {
    ^bb0(%a: !x):
      pj.yield %a : !x
    }
    return %y : !x
  }
}

// -----

// expected-error @below {{requires a search space, a module of form 'float', but got decided}}
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

!x = tensor<1x2x4x4xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x {
    %0 = pj.choice @op : !x
      case conv {
        pj.yield %x : !x
      }
      case skip {
        pj.yield %x : !x
      }
    // expected-error @below {{requires decision 'op' to have the options it has elsewhere (conv, skip), but got conv, none}}
    %y = pj.choice @op : !x
      case conv {
        pj.yield %0 : !x
      }
      case none {
        pj.yield %x : !x
      }
    return %y : !x
  }
}

// -----

// A block that applies itself.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func private @block(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-error @below {{requires blocks applied at most 64 deep}}
    %y = pj.apply @block(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %y = pj.apply @block(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

// Blocks that apply each other twice grow exponentially.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func private @b0(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
  func.func private @b1(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b0(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b0(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b2(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b1(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b1(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b3(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b2(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b2(%0) : (tensor<4xf32>) -> tensor<4xf32>
    // expected-error @below {{requires a space of at most 100000 ops in all instances}}
    return %1 : tensor<4xf32>
  }
  func.func private @b4(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b3(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b3(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b5(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b4(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b4(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b6(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b5(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b5(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b7(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b6(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b6(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b8(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b7(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b7(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b9(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b8(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b8(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b10(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b9(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b9(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b11(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b10(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b10(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b12(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b11(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b11(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b13(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b12(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b12(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b14(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b13(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b13(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b15(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b14(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b14(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @b16(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b15(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = pj.apply @b15(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.apply @b16(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

// A million layers.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = pj.choice @op : tensor<4xf32>
      case conv {
        pj.yield %x : tensor<4xf32>
      }
      case skip {
        pj.yield %x : tensor<4xf32>
      }
    %1 = pj.stack @once [1000] %0 : tensor<4xf32> {
    ^bb0(%a: tensor<4xf32>):
      %2 = pj.stack @twice [1000] %a : tensor<4xf32> {
      ^bb0(%b: tensor<4xf32>):
        // expected-error @below {{requires a network of at most 100000 ops}}
        %3 = pj.relu %b : (tensor<4xf32>) -> tensor<4xf32>
        pj.yield %3 : tensor<4xf32>
      }
      pj.yield %2 : tensor<4xf32>
    }
    return %1 : tensor<4xf32>
  }
}

// -----

// Two results of one block bear one name, `in`, but have not one size.
!in = tensor<?xf32, #pj.dims<[in] -> [in]>>
!c = tensor<?xf32, #pj.dims<[C] -> [C]>>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func private @block(%x: !c) -> !in attributes {pj.dims = ["C"]} {
    %y = pj.choice @op varies ["in"] : !in
      case conv {
        pj.yield %x : !c
      }
      case skip {
        pj.yield %x : !c
      }
    return %y : !in
  }
  func.func private @pair(%x: !c, %y: !c) -> !c attributes {pj.dims = ["C"]} {
    %0 = pj.add %x, %y : (!c, !c) -> !c
    return %0 : !c
  }
  func.func @main(%x: tensor<4xf32>, %y: tensor<5xf32>) -> !in {
    %0 = pj.apply @block(%x) : (tensor<4xf32>) -> !in
    %1 = pj.apply @block(%y) : (tensor<5xf32>) -> !in
    // expected-error @below {{requires operands that fit 'tensor<?xf32, #pj.dims<[C] -> [C]>>' once all choices are made, but got 'tensor<5xf32>'}}
    %2 = pj.apply @pair(%0, %1) : (!in, !in) -> !in
    return %2 : !in
  }
}

// -----

!x = tensor<1x?x4x4xf32, #pj.dims<[C] -> [C]>>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x attributes {pj.dims = ["C"]} {
    %y = pj.choice @op : !x
      case conv {
        // expected-error @below {{requires a positive number as size of dimension 1 of 'tensor<1x?x4x4xf32, #pj.dims<[C] -> [C]>>' once all choices are made, but got C}}
        %0 = pj.conv_layer %x {kernel = [3, 3]} : (!x) -> !x
        pj.yield %0 : !x
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !x
  }
}

// -----

!x = tensor<1x2x4x4xf32>
!y = tensor<1x?x4x4xf32, #pj.dims<[typo] -> [typo]>>
!in = tensor<1x?x4x4xf32, #pj.dims<[in] -> [in]>>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !in {
    %y = pj.choice @op varies ["in"] : !in
      case conv {
        // expected-error @below {{once all choices are made, but got a name that stands for nothing}}
        %0 = pj.conv_layer %x {kernel = [3, 3]} : (!x) -> !y
        pj.yield %0 : !y
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !in
  }
}

// -----

!x = tensor<1x1048576x1x1xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x {
    %y = pj.choice @op : !x
      case conv {
        // expected-error @below {{requires parameters of at most 4294967296 bytes, but got 'tensor<1048576x1048576x1x1xf32>'}}
        %0 = pj.conv_layer %x {kernel = [1, 1]} : (!x) -> !x
        pj.yield %0 : !x
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !x
  }
}

// -----

// What was legal in names need not be in numbers: a kernel larger than the image.
!x = tensor<1x1x4x4xf32>
!pool = tensor<1x1x?x?xf32, #pj.dims<[H, W] -> [H - 4, W - 4]>>
!image = tensor<1x1x?x?xf32, #pj.dims<[H, W] -> [H, W]>>
!in = tensor<1x1x?x?xf32, #pj.dims<[h, w] -> [h, w]>>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func private @block(%x: !image) -> !in attributes {pj.dims = ["H", "W"]} {
    %y = pj.choice @op varies ["h", "w"] : !in
      case conv {
        // expected-error @below {{requires the dilated kernel (5) to fit into the padded image, but got 4}}
        %0 = pj.max_pool %x {kernel = array<i64: 5, 5>} : (!image) -> !pool
        pj.yield %0 : !pool
      }
      case skip {
        pj.yield %x : !image
      }
    return %y : !in
  }
  func.func @main(%x: !x) -> !in {
    %0 = pj.apply @block(%x) : (!x) -> !in
    return %0 : !in
  }
}

// -----

!x = tensor<1x2x4x4xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: !x) -> !x {
    // expected-error @below {{requires an op without regions in a search space}}
    %0 = scf.execute_region -> !x {
      scf.yield %x : !x
    }
    %y = pj.choice @op : !x
      case conv {
        pj.yield %0 : !x
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !x
  }
}

// -----

// A function that is called is no block.
!x = tensor<4xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func private @called(%x: !x) -> !x {
    // expected-error @below {{requires an answer before the network can be used; run pj-resolve-choices first}}
    %y = pj.zeros_like %x : !x
    return %y : !x
  }
  func.func @main(%x: !x) -> !x {
    %0 = func.call @called(%x) : (!x) -> !x
    %y = pj.choice @op : !x
      case conv {
        pj.yield %0 : !x
      }
      case skip {
        pj.yield %x : !x
      }
    return %y : !x
  }
}
