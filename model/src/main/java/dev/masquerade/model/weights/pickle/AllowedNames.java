package dev.masquerade.model.weights.pickle;

import dev.masquerade.model.weights.ElementType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names a pickle may refer to, and what is made of each. Nothing on this list opens a file, a
 * connection or a process, or loads a class; whatever is not on it is refused by name.
 */
final class AllowedNames {

  /** Something a pickle may call. */
  @FunctionalInterface
  interface Constructor {
    /** Makes a plain value. */
    @Nullable Object make(@Nullable Object... arguments) throws RefusedPickleException;
  }

  /** A name on the list: with a constructor, or as a mere value. */
  record Name(String text, @Nullable Constructor constructor) {
    @Nullable Object call(@Nullable Object[] arguments) throws RefusedPickleException {
      if (constructor == null) {
        throw new RefusedPickleException("calls \"" + text + "\", which is only a name here");
      }
      try {
        return constructor.make(arguments);
      } catch (ClassCastException | IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new RefusedPickleException(
            "calls \"" + text + "\" with arguments that it does not take", e);
      }
    }
  }

  /** The type of a storage; stands in a persistent id. */
  record StorageType(ElementType type) {}

  /** The type of a tensor's values, which newer files name separately. */
  record ValueType(String text, ElementType type) {}

  private static final Map<String, ElementType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.DoubleStorage", ElementType.F64),
          Map.entry("torch.FloatStorage", ElementType.F32),
          Map.entry("torch.HalfStorage", ElementType.F16),
          Map.entry("torch.BFloat16Storage", ElementType.BF16),
          Map.entry("torch.LongStorage", ElementType.I64),
          Map.entry("torch.IntStorage", ElementType.I32),
          Map.entry("torch.ShortStorage", ElementType.I16),
          Map.entry("torch.CharStorage", ElementType.I8),
          Map.entry("torch.ByteStorage", ElementType.U8),
          Map.entry("torch.BoolStorage", ElementType.BOOL),
          Map.entry("torch.storage.UntypedStorage", ElementType.U8),
          Map.entry("torch.storage._UntypedStorage", ElementType.U8));

  private static final Map<String, ElementType> VALUES =
      Map.ofEntries(
          Map.entry("torch.float64", ElementType.F64),
          Map.entry("torch.double", ElementType.F64),
          Map.entry("torch.float32", ElementType.F32),
          Map.entry("torch.float", ElementType.F32),
          Map.entry("torch.float16", ElementType.F16),
          Map.entry("torch.half", ElementType.F16),
          Map.entry("torch.bfloat16", ElementType.BF16),
          Map.entry("torch.int64", ElementType.I64),
          Map.entry("torch.long", ElementType.I64),
          Map.entry("torch.int32", ElementType.I32),
          Map.entry("torch.int", ElementType.I32),
          Map.entry("torch.int16", ElementType.I16),
          Map.entry("torch.short", ElementType.I16),
          Map.entry("torch.int8", ElementType.I8),
          Map.entry("torch.uint8", ElementType.U8),
          Map.entry("torch.bool", ElementType.BOOL));

  private static final Map<String, @Nullable Constructor> NAMES = names();

  private AllowedNames() {}

  /**
   * Returns what a pickle gets for a name.
   *
   * @throws RefusedPickleException if the name is not on the list
   */
  static Object find(String module, String name) throws RefusedPickleException {
    String text = module + "." + name;
    ElementType storage = STORAGES.get(text);
    if (storage != null) {
      return new StorageType(storage);
    }
    ElementType values = VALUES.get(text);
    if (values != null) {
      return new ValueType(text, values);
    }
    if (NAMES.containsKey(text)) {
      return new Name(text, NAMES.get(text));
    }
    if (module.equals("torch") && name.endsWith("Storage")) {
      throw new RefusedPickleException(
          "has values of type "
              + RefusedPickleException.quote(text)
              + ". Known: "
              + List.of(ElementType.values())
              + ". Convert them before saving");
    }
    throw new RefusedPickleException(
        "refers to "
            + RefusedPickleException.quote(text)
            + ", which is not among the names that weights need. Nothing of it was run. If you"
            + " trust the file, load it in Python and save the tensors alone:"
            + " torch.save(model.state_dict(), ...)");
  }

  private static Map<String, @Nullable Constructor> names() {
    Map<String, @Nullable Constructor> names = new HashMap<>();
    Constructor dictionary = AllowedNames::dictionary;
    Constructor sequence = AllowedNames::sequence;
    names.put("collections.OrderedDict", dictionary);
    names.put("collections.Counter", dictionary);
    names.put(
        "collections.defaultdict",
        arguments -> new PickledDictionary(PickledDictionary.Kind.DICTIONARY));
    names.put(
        "argparse.Namespace",
        arguments -> {
          requireCount(arguments, 0);
          return new PickledDictionary(PickledDictionary.Kind.NAMESPACE);
        });
    for (String builtins : List.of("builtins.", "__builtin__.")) {
      names.put(builtins + "dict", dictionary);
      for (String name : List.of("set", "frozenset", "list", "tuple")) {
        names.put(builtins + name, sequence);
      }
      for (String name : List.of("int", "long", "float", "str", "unicode", "bool")) {
        names.put(builtins + name, null);
      }
    }
    names.put("torch.Size", sequence);
    names.put(
        "torch.device",
        arguments -> {
          String kind = (String) arguments[0];
          return arguments.length > 1 ? kind + ":" + whole(arguments[1]) : kind;
        });
    for (String kind : List.of("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")) {
      names.put("pathlib." + kind, AllowedNames::path);
      names.put("pathlib._local." + kind, AllowedNames::path);
    }
    names.put(
        "_codecs.encode",
        arguments -> ((String) arguments[0]).getBytes(StandardCharsets.ISO_8859_1));
    names.put("torch._utils._rebuild_tensor", AllowedNames::tensor);
    names.put("torch._utils._rebuild_tensor_v2", AllowedNames::tensor);
    names.put("torch._utils._rebuild_tensor_v3", AllowedNames::typedTensor);
    names.put("torch._utils._rebuild_parameter", AllowedNames::parameter);
    names.put("torch._utils._rebuild_parameter_with_state", AllowedNames::parameter);
    return names;
  }

  private static Object dictionary(@Nullable Object... arguments) throws RefusedPickleException {
    PickledDictionary made = new PickledDictionary(PickledDictionary.Kind.DICTIONARY);
    if (arguments.length > 1) {
      throw new IllegalArgumentException("takes one argument");
    }
    if (arguments.length == 1 && arguments[0] instanceof PickledDictionary other) {
      made.putAll(other);
    } else if (arguments.length == 1) {
      for (Object pair : items(arguments[0])) {
        List<@Nullable Object> entry = items(pair);
        if (entry.size() != 2) {
          throw new IllegalArgumentException("takes pairs");
        }
        made.putEntry(entry.get(0), entry.get(1));
      }
    }
    return made;
  }

  private static Object sequence(@Nullable Object... arguments) {
    if (arguments.length > 1) {
      throw new IllegalArgumentException("takes one argument");
    }
    return arguments.length == 0 ? new ArrayList<>() : new ArrayList<>(items(arguments[0]));
  }

  private static Object path(@Nullable Object... arguments) {
    StringBuilder path = new StringBuilder();
    for (Object part : arguments) {
      String name = (String) part;
      boolean slash = path.length() > 0 && path.charAt(path.length() - 1) != '/';
      path.append(slash ? "/" : "").append(name);
    }
    return path.toString();
  }

  /** Takes storage, offset, shape, strides; what follows concerns training alone. */
  private static Object tensor(@Nullable Object... arguments) throws RefusedPickleException {
    Storage.Part part = (Storage.Part) arguments[0];
    if (part == null) {
      throw new IllegalArgumentException("takes a storage");
    }
    return TensorView.of(
        part,
        part.storage().type(),
        whole(arguments[1]),
        wholes(arguments[2]),
        wholes(arguments[3]));
  }

  /** Takes what {@link #tensor} takes, requires_grad, hooks, and the type of the values. */
  private static Object typedTensor(@Nullable Object... arguments) throws RefusedPickleException {
    Storage.Part part = (Storage.Part) arguments[0];
    ValueType type = (ValueType) arguments[6];
    if (part == null || type == null) {
      throw new IllegalArgumentException("takes a storage and a type");
    }
    return TensorView.of(
        part, type.type(), whole(arguments[1]), wholes(arguments[2]), wholes(arguments[3]));
  }

  private static Object parameter(@Nullable Object... arguments) {
    if (arguments[0] instanceof TensorView tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("takes a tensor");
  }

  private static void requireCount(@Nullable Object[] arguments, int count) {
    if (arguments.length != count) {
      throw new IllegalArgumentException("takes " + count + " arguments");
    }
  }

  private static List<@Nullable Object> items(@Nullable Object value) {
    if (value instanceof Object[] tuple) {
      return Arrays.asList(tuple);
    }
    if (value instanceof ArrayList<?> list) {
      return Collections.unmodifiableList(list);
    }
    throw new IllegalArgumentException("takes a list");
  }

  private static List<Long> wholes(@Nullable Object value) {
    List<Long> numbers = new ArrayList<>();
    for (Object item : items(value)) {
      numbers.add(whole(item));
    }
    return numbers;
  }

  /** Returns a whole number. */
  static long whole(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof BigInteger) {
      throw new IllegalArgumentException("takes a smaller number");
    }
    throw new IllegalArgumentException("takes a whole number");
  }
}
