// Options that are no numbers in their range, data that is missing or does not
// fit, models that cannot be trained.
// RUN: not penjing-opt %s --pj-train="lr=0" 2>&1 | FileCheck %s --check-prefix=RATE
// RATE: error: requires option "lr" in (0, 1000], but got "0"
// RUN: not penjing-opt %s --pj-train="epochs=many" 2>&1 | FileCheck %s --check-prefix=EPOCHS
// EPOCHS: error: requires option "epochs" to be an integer in [0, 1000000], but got "many"
// RUN: not penjing-opt %s --pj-train="schedule=cycle" 2>&1 | FileCheck %s --check-prefix=SCHEDULE
// SCHEDULE: error: requires option "schedule" to be constant, step, cosine, linear or one-cycle, but got "cycle"
// RUN: not penjing-opt %s --pj-train="nesterov=true" 2>&1 | FileCheck %s --check-prefix=NESTEROV
// NESTEROV: error: requires option "nesterov" with a momentum above 0
// RUN: not penjing-opt %s --pj-train="validation=1" 2>&1 | FileCheck %s --check-prefix=VALIDATION
// VALIDATION: error: requires option "validation" in [0, 1), but got "1"
// RUN: not penjing-opt %s --pj-train 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: requires data named "data", but the session has none, and "." no such file
// RUN: cd %S/Inputs && not penjing-opt %s --pj-train="data=blobs.npz" 2>&1 | FileCheck %s --check-prefix=LABELS
// LABELS: error: requires labels below the model's 2 classes, but the data has 2
// RUN: cd %S/Inputs && not penjing-opt %s --pj-train="data=blobs.npz beta=0.5" 2>&1 | FileCheck %s --check-prefix=TEACHER
// TEACHER: error: requires a model named 'input' in the session to teach, but got none

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x2xf32> {role = #pj.role<weight>, trainable,
                                 init = #pj.init<kaiming_uniform, fan_in = 4>}
  func.func @main(%x: tensor<1x4xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<4x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
