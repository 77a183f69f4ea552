/**
 * Reads and writes the files that people configure Masquerade with, and says what is wrong in them.
 *
 * <p>A file is parsed into a tree of entries that know their lines, the tree is bound to a message
 * by its descriptor, and whoever gives the message a meaning reports what does not fit by field
 * path. All problems are collected and thrown together. Unknown fields, repeated singular fields
 * and values of the wrong type are problems, never guesses.
 */
@NullMarked
package dev.masquerade.data.schema;

import org.jspecify.annotations.NullMarked;
