/**
 * Figures as PNG and SVG: reconstructions, contact sheets, masks, loss curves.
 *
 * <p>A {@link dev.masquerade.cli.figure.Figure} knows its size and draws itself on a {@link
 * dev.masquerade.cli.figure.Surface}, which is either pixels or SVG. Letters are drawn from a small
 * dot matrix of our own, because bare machines have a Java runtime but no fonts. Figures read plain
 * arrays and files, never a live model, and equal input gives equal pixels.
 */
@NullMarked
package dev.masquerade.cli.figure;

import org.jspecify.annotations.NullMarked;
