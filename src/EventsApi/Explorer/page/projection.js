// Miller's cylindrical projection: boxes stay boxes, and the north is not blown up as in Mercator's. Units are degrees of longitude; y grows southward, as on the screen.
const TURN = 180 / Math.PI;

export const x = longitude => longitude;
export const y = latitude => -1.25 * TURN * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude / TURN));
export const longitude = px => Math.max(-180, Math.min(180, px));
export const latitude = py => Math.max(-90, Math.min(90, 2.5 * TURN * (Math.atan(Math.exp(-py / (1.25 * TURN))) - Math.PI / 4)));

/** The path of a GeoJSON outline. */
export const outline = geometry => geometry.coordinates.flatMap(polygon => polygon.map(ring => `M${ring.map(([lon, lat]) => `${x(lon)} ${y(lat).toFixed(2)}`).join("L")}Z`)).join("");
