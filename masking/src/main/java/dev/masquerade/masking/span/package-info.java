/**
 * Span masking of sequences: what is kept becomes the input, every run of what is dropped becomes
 * one sentinel there, and the target spells out what each sentinel stands for.
 */
@NullMarked
package dev.masquerade.masking.span;

import org.jspecify.annotations.NullMarked;
