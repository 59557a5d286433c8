declare module "jstat" {
  const jStat: {
    normal: {
      cdf(x: number, mean: number, deviation: number): number;
      inv(share: number, mean: number, deviation: number): number;
    };
    studentt: {cdf(x: number, freedom: number): number; inv(share: number, freedom: number): number};
    noncentralt: {cdf(x: number, freedom: number, noncentrality: number): number};
  };
  export default jStat;
}
