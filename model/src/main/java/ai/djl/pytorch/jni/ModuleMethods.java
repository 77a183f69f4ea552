package ai.djl.pytorch.jni;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs methods of a TorchScript module in the grad mode of the calling thread. */
public final class ModuleMethods {

  private ModuleMethods() {}

  /**
   * Runs one method.
   *
   * @param module a loaded module
   * @param method its name
   * @param nothing handle of the value that stands for null, from {@link #handle}
   * @param owner manager that owns every returned array
   * @param arguments arrays, lists of arrays, int, long, double, boolean or null
   * @return the arrays of the result in order, whatever tuples and lists they were nested in
   */
  public static NDList run(
      PtSymbolBlock module,
      String method,
      long nothing,
      PtNDManager owner,
      @Nullable Object... arguments) {
    long[] handles = new long[arguments.length];
    int made = 0;
    try {
      for (Object argument : arguments) {
        handles[made] = argument == null ? nothing : toValue(argument);
        made++;
      }
      long result =
          PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, handles, true, false);
      try (IValue value = new IValue(result)) {
        return value.toNDList(owner);
      }
    } finally {
      for (int i = 0; i < made; i++) {
        if (handles[i] != nothing) {
          PyTorchLibrary.LIB.torchDeleteIValue(handles[i]);
        }
      }
    }
  }

  /** Runs a method without arguments and returns the handle of its result, to be released. */
  public static long handle(PtSymbolBlock module, String method) {
    return PyTorchLibrary.LIB.moduleRunMethod(module.getHandle(), method, new long[0], true, false);
  }

  /** Releases what {@link #handle} returned. */
  public static void release(long handle) {
    PyTorchLibrary.LIB.torchDeleteIValue(handle);
  }

  private static long toValue(Object argument) {
    if (argument instanceof NDArray array) {
      return PyTorchLibrary.LIB.iValueFromTensor(((PtNDArray) array).getHandle());
    }
    if (argument instanceof List<?> list) {
      long[] tensors = new long[list.size()];
      for (int i = 0; i < tensors.length; i++) {
        tensors[i] = ((PtNDArray) list.get(i)).getHandle();
      }
      return PyTorchLibrary.LIB.iValueFromTensorList(tensors);
    }
    if (argument instanceof Long || argument instanceof Integer) {
      return PyTorchLibrary.LIB.iValueFromLong(((Number) argument).longValue());
    }
    if (argument instanceof Double || argument instanceof Float) {
      return PyTorchLibrary.LIB.iValueFromDouble(((Number) argument).doubleValue());
    }
    if (argument instanceof Boolean flag) {
      return PyTorchLibrary.LIB.iValueFromBool(flag);
    }
    if (argument instanceof long[] numbers) {
      return PyTorchLibrary.LIB.iValueFromLongList(numbers);
    }
    if (argument instanceof double[] numbers) {
      return PyTorchLibrary.LIB.iValueFromDoubleList(numbers);
    }
    throw new IllegalArgumentException(
        "a kernel takes arrays, lists of arrays, numbers and booleans, not "
            + argument.getClass().getName());
  }
}
