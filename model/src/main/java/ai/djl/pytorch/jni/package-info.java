/**
 * A bridge into the package in which DJL keeps its native methods.
 *
 * <p>DJL offers running a method of a TorchScript module only without gradients, or with its
 * arguments flattened into one list. The one class here passes arguments of any kind and leaves
 * gradients to the caller. It has to live in DJL's package because the native methods are visible
 * nowhere else; only {@code dev.masquerade.model.engine} may use it.
 */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;
