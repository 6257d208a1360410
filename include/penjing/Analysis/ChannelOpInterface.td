// The channel reader of an op: which indices of its operands and results stay
// or go together.
#ifndef PENJING_CHANNEL_OP_INTERFACE_TD
#define PENJING_CHANNEL_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def ChannelOpInterface : OpInterface<"ChannelOpInterface"> {
  let cppNamespace = "::penjing";
  let description = [{
    Attached to ops of `pj` from outside (`registerChannelRules`). An op without
    a rule pins all that it touches.
  }];
  let methods = [
    InterfaceMethod<
      /*description=*/[{
        Ties the indices of operands and results that a removal must treat
        alike, and pins those that must stay.
      }],
      "void", "tieChannels", (ins "::penjing::ChannelTies &":$ties)>,
    InterfaceMethod<
      /*description=*/[{
        Rewrites attributes that state sizes, after the types of operands and
        results have shrunk.
      }],
      "void", "updateSizes", (ins),
      /*methodBody=*/"", /*defaultImplementation=*/"">
  ];
}

#endif // PENJING_CHANNEL_OP_INTERFACE_TD
