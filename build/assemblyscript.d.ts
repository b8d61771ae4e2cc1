declare module '*?wasm=simd' {
  const base64: string;
  export default base64;
}
declare module '*?wasm=relaxed-simd' {
  const base64: string;
  export default base64;
}
