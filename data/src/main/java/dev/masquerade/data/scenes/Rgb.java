package dev.masquerade.data.scenes;

/**
 * An amount of light per primary, linear.
 *
 * @param red usually in {@code [0, 1]}
 * @param green usually in {@code [0, 1]}
 * @param blue usually in {@code [0, 1]}
 */
record Rgb(double red, double green, double blue) {}
