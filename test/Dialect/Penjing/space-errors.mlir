// The questions of a search space: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
func.func @choice_c1(%x: tensor<4xf32>) {
  // expected-error @below {{requires at least one alternative and a region for each, but got 0 names and 0 regions}}
  %y = pj.choice @op : tensor<4xf32>
  return
}

// -----

func.func @choice_c2_name(%x: tensor<4xf32>) {
  // expected-error @below {{requires names of letters, digits and _ . / : -, but got 'a b'}}
  %y = pj.choice @"a b" : tensor<4xf32>
    case skip {
      pj.yield %x : tensor<4xf32>
    }
  return
}

// -----

func.func @choice_c2_alternative(%x: tensor<4xf32>) {
  // expected-error @below {{requires names of letters, digits and _ . / : -, but got 'x=y'}}
  %y = pj.choice @op : tensor<4xf32>
    case "x=y" {
      pj.yield %x : tensor<4xf32>
    }
  return
}

// -----

func.func @choice_c2(%x: tensor<4xf32>) {
  // expected-error @below {{requires alternatives of distinct names, but got "skip" twice}}
  %y = pj.choice @op : tensor<4xf32>
    case skip {
      pj.yield %x : tensor<4xf32>
    }
    case skip {
      pj.yield %x : tensor<4xf32>
    }
  return
}

// -----

func.func @choice_c3(%x: tensor<4xf32>, %z: tensor<5xf32>) {
  // expected-error @below {{requires alternative "other" to yield 'tensor<4xf32>', but got 'tensor<5xf32>'}}
  %y = pj.choice @op : tensor<4xf32>
    case skip {
      pj.yield %x : tensor<4xf32>
    }
    case other {
      pj.yield %z : tensor<5xf32>
    }
  return
}

// -----

// Only the sizes that vary may differ.
func.func @choice_c3_varies(%x: tensor<4x4xf32>, %z: tensor<5x5xf32>) {
  // expected-error @below {{requires alternative "other" to yield 'tensor<?x4xf32, #pj.dims<[size] -> [size]>>', but got 'tensor<5x5xf32>'}}
  %y = pj.choice @op varies ["size"] : tensor<?x4xf32, #pj.dims<[size] -> [size]>>
    case skip {
      pj.yield %x : tensor<4x4xf32>
    }
    case other {
      pj.yield %z : tensor<5x5xf32>
    }
  return
}

// -----

func.func @choice_c4(%x: tensor<4xf32>) {
  // expected-error @below {{requires "size" in 'varies' to be a size of the result on its own, but got 'tensor<4xf32>'}}
  %y = pj.choice @op varies ["size"] : tensor<4xf32>
    case skip {
      pj.yield %x : tensor<4xf32>
    }
  return
}

// -----

func.func @stack_c1(%x: tensor<4xf32>) {
  // expected-error @below {{requires distinct numbers from 0 to 1000, but got [2, 2]}}
  %y = pj.stack @depth [2, 2] %x : tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    pj.yield %a : tensor<4xf32>
  }
  return
}

// -----

func.func @stack_c2(%x: tensor<4xf32>, %z: tensor<5xf32>) {
  // expected-error @below {{requires a block that takes and yields 'tensor<4xf32>'}}
  %y = pj.stack @depth [1, 2] %x : tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    pj.yield %z : tensor<5xf32>
  }
  return
}

// -----

module @size_c1 {
  // expected-error @below {{requires distinct numbers from 1 to 1048576, but got [8, 0]}}
  pj.size @count [8, 0]
}

// -----

func.func @apply_c1(%x: tensor<4xf32>) {
  // expected-error @below {{requires a function with a body of one block, but found none called 'missing'}}
  %y = pj.apply @missing(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!square = tensor<?x?xf32, #pj.dims<[C] -> [C, C]>>
func.func private @block(%x: !square) -> !square attributes {pj.dims = ["C"]} {
  return %x : !square
}
func.func @apply_c2(%x: tensor<4x5xf32>) {
  // expected-error @below {{requires operands that fit}}
  %y = pj.apply @block(%x) : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return
}

// -----

!half = tensor<?xf32, #pj.dims<[C] -> [C]>>
!whole = tensor<?xf32, #pj.dims<[C] -> [C * 2]>>
func.func private @block(%x: !whole, %y: !half) -> !half attributes {pj.dims = ["C"]} {
  return %y : !half
}
// A size that is twice something is even.
func.func @apply_c2_factor(%x: tensor<5xf32>, %z: tensor<2xf32>) {
  // expected-error @below {{requires operands that fit}}
  %y = pj.apply @block(%x, %z) : (tensor<5xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

pj.size @count [8, 16]
!in = tensor<?xf32, #pj.dims<[C] -> [C]>>
!out = tensor<?xf32, #pj.dims<[count] -> [count]>>
func.func private @block(%x: !in, %y: !out) -> !out attributes {pj.dims = ["C", "count"]} {
  return %y : !out
}
func.func @apply_c3(%x: tensor<4xf32>, %z: tensor<3xf32>) {
  // expected-error @below {{requires results of type 'tensor<3xf32>' from 'block', but got 'tensor<4xf32>'}}
  %y = pj.apply @block(%x, %z) : (tensor<4xf32>, tensor<3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func private @block(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @apply_c4(%x: tensor<4xf32>) {
  // expected-error @below {{requires names of letters, digits and _ . / : -, but got 'layer 1'}}
  %y = pj.apply @block(%x) as @"layer 1" : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @zeros_like_c1(%x: tensor<4xf32>) {
  // expected-error @below {{requires the same type for all operands and results}}
  %y = "pj.zeros_like"(%x) : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

module @decision_c1 {
  // expected-error @below {{requires options that are distinct, at least one, but got ["0.5", "0.5"]}}
  pj.decision @a {decides = #pj.decides<width>, layers = ["conv"], options = ["0.5", "0.5"]}
}

// -----

module @decision_c2 {
  // expected-error @below {{requires options that are shares above 0 and up to 1, but got "0"}}
  pj.decision @a {decides = #pj.decides<width>, layers = ["conv"], options = ["1", "0"]}
}

// -----

module @decision_c2_sparsity {
  // expected-error @below {{requires options that are shares from 0 and below 1, but got "1"}}
  pj.decision @a {decides = #pj.decides<sparsity>, layers = ["conv"], options = ["0", "1"]}
}

// -----

module @decision_c2_bits {
  // expected-error @below {{requires options that are float or bits from 2 to 8, but got "9"}}
  pj.decision @a {decides = #pj.decides<bits>, layers = ["conv"], options = ["float", "9"]}
}

// -----

module @decision_c3 {
  // expected-error @below {{requires at least one layer, but got none}}
  pj.decision @a {decides = #pj.decides<bits>, layers = [], options = ["float", "8"]}
}

// -----

// A space is a module of form float.
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-error @below {{'pj.stack' op may not stand in a module of form 'decided'}}
    %y = pj.stack @depth [1, 2] %x : tensor<4xf32> {
    ^bb0(%a: tensor<4xf32>):
      pj.yield %a : tensor<4xf32>
    }
    return %y : tensor<4xf32>
  }
}

// -----

func.func @choice_c3_without_yield(%x: tensor<4xf32>) {
  // expected-error @below {{requires alternative "skip" to yield 'tensor<4xf32>', but got 'none'}}
  %y = pj.choice @op : tensor<4xf32>
    case skip {
      %z = pj.relu %x : (tensor<4xf32>) -> tensor<4xf32>
    }
  return
}

// -----

func.func private @block(%x: tensor<4xf32>) -> i32 {
  %0 = arith.constant 0 : i32
  return %0 : i32
}
func.func @apply_c3_scalar(%x: tensor<4xf32>) {
  // expected-error @below {{requires results of type 'i32' from 'block', but got 'tensor<4xf32>'}}
  %y = pj.apply @block(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}
