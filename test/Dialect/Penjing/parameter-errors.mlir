// Parameters and constants: one function per constraint, named after its label.
// RUN: penjing-opt %s -split-input-file -verify-diagnostics
// param_c1
// expected-error @below {{requires a static type, but got}}
pj.param @w : tensor<?xf32, #pj.dims<[N] -> [N]>> {role = #pj.role<weight>}

// -----

// param_c2
// expected-error @below {{requires a value of type 'tensor<2xf32>', but got 'tensor<3xf32>'}}
pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<3xf32>}

// -----

// param_c3
// expected-error @below {{requires a value of 8 bytes, but got 0}}
pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense_resource<absent> : tensor<2xf32>}

// -----

// param_c4
// expected-error @below {{requires a value or an initializer, but got both}}
pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2xf32>, init = #pj.init<zeros>}

// -----

// param_c5
// expected-error @below {{requires floating-point elements to be trainable, but got}}
pj.param @w : tensor<2xi32> {role = #pj.role<weight>, trainable}

// -----

// param_c6
// expected-error @below {{requires boolean bytes of 0 or 1}}
pj.param @w : tensor<2xi1> {role = #pj.role<mask>, value = dense_resource<two> : tensor<2xi1>}

{-#
  dialect_resources: { builtin: { two: "0x010000000102" } }
#-}

// -----

func.func @masked_c1(%w: tensor<3x4xf32>, %m: tensor<3x3xi1>) {
  // expected-error @below {{requires weight and mask of one shape, but got}}
  // expected-error @below {{failed to infer returned types}}
  %y = pj.masked %w, %m : (tensor<3x4xf32>, tensor<3x3xi1>) -> tensor<3x4xf32>
  return
}

// -----

func.func @use_c1() {
  // expected-error @below {{requires a parameter, but found none called 'absent'}}
  %y = pj.use @absent : tensor<3x4xf32>
  return
}

// -----

pj.param @w : tensor<2xf32> {role = #pj.role<weight>}
func.func @use_c2() {
  // expected-error @below {{requires the parameter's type 'tensor<2xf32>', but got}}
  %y = pj.use @w : tensor<3x4xf32>
  return
}

// -----

func.func @constant_c1() {
  // expected-error @below {{failed to verify that all of {value, result} have same type}}
  %y = "pj.constant"() {value = dense<1.0> : tensor<2xf32>} : () -> tensor<3xf32>
  return
}
