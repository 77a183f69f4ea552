/**
 * Low-rank adapters: small matrices beside the linear maps of a model's blocks, which are trained
 * while the maps themselves stay as they are. A {@link dev.masquerade.model.ModelConfig} says that
 * a model has them, its layout names them, and whoever gathers weights of blocks adds them up; they
 * are no second model.
 */
@NullMarked
package dev.masquerade.model.lora;

import org.jspecify.annotations.NullMarked;
