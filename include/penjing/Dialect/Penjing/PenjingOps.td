// All ops of the dialect `pj`, a file per family.
#ifndef PENJING_OPS_TD
#define PENJING_OPS_TD

include "penjing/Dialect/Penjing/Ops/ParameterOps.td"
include "penjing/Dialect/Penjing/Ops/QuantizationOps.td"
include "penjing/Dialect/Penjing/Ops/ConvolutionOps.td"
include "penjing/Dialect/Penjing/Ops/MatrixOps.td"
include "penjing/Dialect/Penjing/Ops/ElementwiseOps.td"
include "penjing/Dialect/Penjing/Ops/PoolingOps.td"
include "penjing/Dialect/Penjing/Ops/NormalizationOps.td"
include "penjing/Dialect/Penjing/Ops/ReductionOps.td"
include "penjing/Dialect/Penjing/Ops/ShapeOps.td"
include "penjing/Dialect/Penjing/Ops/LossOps.td"
include "penjing/Dialect/Penjing/Ops/GradientOps.td"
include "penjing/Dialect/Penjing/Ops/ScheduleOps.td"
include "penjing/Dialect/Penjing/Ops/SpaceOps.td"
include "penjing/Dialect/Penjing/Ops/SpaceLayerOps.td"

#endif // PENJING_OPS_TD
