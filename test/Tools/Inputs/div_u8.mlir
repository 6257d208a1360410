// Quotients of bytes from 128 on, which a signed division gets wrong.
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<8xui8> {pj.name = "x"}) -> (tensor<8xui8> {pj.name = "y"}) {
    %d = pj.constant dense<[1, 3, 7, 200, 128, 2, 5, 255]> : tensor<8xui8>
    %y = pj.div %x, %d : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
    return %y : tensor<8xui8>
  }
}
