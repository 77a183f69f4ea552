package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import java.nio.ByteBuffer;

/**
 * A packed batch on the device of a step.
 *
 * @param packed where its fields start
 * @param indices every integer, int64
 * @param pixels kept patches, uint8
 * @param vectors kept vectors, float32
 */
public record BatchArrays(PackedBatch packed, NDArray indices, NDArray pixels, NDArray vectors) {

  /**
   * Copies a batch to the device of a scope, which owns the arrays; on the CPU nothing is copied.
   */
  public static BatchArrays upload(PackedBatch packed, StepScope scope) {
    NDManager manager = scope.manager();
    return new BatchArrays(
        packed,
        create(manager, packed.indices(), DataType.INT64),
        create(manager, packed.pixels(), DataType.UINT8),
        create(manager, packed.vectors(), DataType.FLOAT32));
  }

  private static NDArray create(NDManager manager, ByteBuffer content, DataType type) {
    Shape shape = new Shape(content.remaining() / type.getNumOfBytes());
    return content.hasRemaining()
        ? manager.create(content, shape, type)
        : manager.create(shape, type);
  }
}
