package dev.masquerade.model.weights.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Runs the operations of a pickle that make plain values, and refuses all others.
 *
 * <p>The library's own treatment of names, calls and attributes is never reached: it makes
 * dictionaries of unknown classes, builds Java objects for some known ones, and sets attributes by
 * reflection. So are its readers of announced lengths, which allocate first, its dictionaries,
 * which forget their order, and whatever it does in time that grows with the square of the input.
 * What is left to it moves scalars, tuples and references between its stack and its memory.
 */
final class GuardedUnpickler extends Unpickler {

  /** Far more than the pickle of any model: values are not in it. */
  static final long LARGEST = 16 << 20;

  private static final int MOST_OPERATIONS = 2_000_000;
  private static final int LONGEST_NUMBER = 1024;
  private static final int LONGEST_NAME = 512;

  private final Map<String, Storage> storages = new HashMap<>();
  private final PickleInput source;
  private long operations;

  GuardedUnpickler(PickleInput source) {
    this.source = source;
  }

  /** Returns the storages that were referred to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  /**
   * Reads one pickle.
   *
   * @return null, a {@link Boolean}, {@link Number}, {@link String}, {@code byte[]}, a tuple as
   *     {@code Object[]}, a list as {@link ArrayList}, a {@link PickledDictionary}, a {@link
   *     TensorView}, or a name of {@link AllowedNames}; nested, possibly within itself
   */
  @Nullable Object read() throws IOException {
    long start = source.position();
    try {
      return load(source);
    } catch (IOException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RefusedPickleException(
          "has a damaged pickle between bytes " + start + " and " + source.position(), e);
    }
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    count(1);
    switch (key) {
      case Opcodes.STOP,
          Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.MARK,
          Opcodes.POP,
          Opcodes.DUP,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG1,
          Opcodes.BINFLOAT,
          Opcodes.SHORT_BINSTRING,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.SHORT_BINBYTES,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.TUPLE,
          Opcodes.EMPTY_LIST,
          Opcodes.LIST,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE -> {
        return super.dispatch(key);
      }
      case Opcodes.POP_MARK -> stack.pop_all_since_marker();
      case Opcodes.LONG4 -> stack.add(PickleUtils.decode_long(number()));
      case Opcodes.BINUNICODE -> stack.add(text(length4()));
      case Opcodes.BINUNICODE8 -> stack.add(text(length8()));
      case Opcodes.BINSTRING ->
          stack.add(new String(source.take(length4()), StandardCharsets.ISO_8859_1));
      case Opcodes.BINBYTES -> stack.add(source.take(length4()));
      case Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> stack.add(source.take(length8()));
      case Opcodes.APPEND -> {
        Object item = stack.pop();
        list().add(item);
      }
      case Opcodes.APPENDS, Opcodes.ADDITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        list().addAll(items);
      }
      // A set is the list of its elements here: nothing hashes them.
      case Opcodes.EMPTY_SET -> stack.add(new ArrayList<>());
      case Opcodes.FROZENSET -> stack.add(stack.pop_all_since_marker());
      case Opcodes.EMPTY_DICT ->
          stack.add(new PickledDictionary(PickledDictionary.Kind.DICTIONARY));
      case Opcodes.DICT -> {
        List<Object> items = stack.pop_all_since_marker();
        PickledDictionary made = new PickledDictionary(PickledDictionary.Kind.DICTIONARY);
        putAll(made, items);
        stack.add(made);
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object name = stack.pop();
        dictionary().putEntry(name, value);
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        putAll(dictionary(), items);
      }
      case Opcodes.GLOBAL -> stack.add(AllowedNames.find(line(), line()));
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        String module = (String) stack.pop();
        stack.add(AllowedNames.find(module, name));
      }
      case Opcodes.INST -> {
        Object callable = AllowedNames.find(line(), line());
        call(callable, stack.pop_all_since_marker().toArray());
      }
      case Opcodes.OBJ -> {
        List<Object> items = stack.pop_all_since_marker();
        call(items.get(0), items.subList(1, items.size()).toArray());
      }
      case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
        Object[] arguments = (Object[]) stack.pop();
        call(stack.pop(), arguments);
      }
      case Opcodes.NEWOBJ_EX -> {
        if (!((PickledDictionary) stack.pop()).isEmpty()) {
          throw new RefusedPickleException("makes an object with named arguments");
        }
        Object[] arguments = (Object[]) stack.pop();
        call(stack.pop(), arguments);
      }
      case Opcodes.BUILD -> build();
      case Opcodes.BINPERSID -> stack.add(storage(stack.pop()));
      case Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4 ->
          throw new RefusedPickleException(
              "refers to a name by a registered number, which weights do not need. Nothing was"
                  + " run");
      default ->
          throw new RefusedPickleException(
              String.format(
                  "has an unknown or old operation 0x%02x at byte %d of its pickle; protocols 2 to"
                      + " 5 are read",
                  key, source.position() - 1));
    }
    return NO_RETURN_VALUE;
  }

  /**
   * Counts work. What is copied counts by its size: a reference to something long is short in the
   * file, and could be copied again and again.
   */
  private void count(long work) throws RefusedPickleException {
    operations += work;
    if (operations > MOST_OPERATIONS) {
      throw new RefusedPickleException(
          "has a pickle of more than "
              + MOST_OPERATIONS
              + " operations. Save the tensors without what goes with them");
    }
  }

  private void call(@Nullable Object callable, Object[] arguments) throws IOException {
    if (!(callable instanceof AllowedNames.Name name)) {
      throw new RefusedPickleException("calls something that is not a name. Nothing was run");
    }
    count(arguments.length);
    for (Object argument : arguments) {
      count(size(argument));
    }
    stack.add(name.call(arguments));
  }

  private static long size(@Nullable Object value) {
    if (value instanceof Object[] tuple) {
      return tuple.length;
    }
    if (value instanceof Collection<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    // Text counts only where it is long: names and paths are not what this is about.
    return value instanceof String text ? text.length() / 64 : 0;
  }

  /** Sets attributes: entries of a namespace; those of a dictionary mean nothing here. */
  private void build() throws IOException {
    Object state = stack.pop();
    PickledDictionary target = dictionary();
    if (!(state instanceof PickledDictionary attributes)) {
      throw new RefusedPickleException("sets the state of an object to something else than names");
    }
    if (target.kind() == PickledDictionary.Kind.NAMESPACE) {
      count(attributes.size());
      target.putAll(attributes);
    }
  }

  /** Takes {@code ('storage', type, key, device, elements)} and, in old files, which part of it. */
  private Storage.Part storage(@Nullable Object id) throws RefusedPickleException {
    if (!(id instanceof Object[] parts
        && (parts.length == 5 || parts.length == 6)
        && "storage".equals(parts[0])
        && parts[1] instanceof AllowedNames.StorageType type
        && parts[2] != null)) {
      throw new RefusedPickleException(
          "refers to something outside its pickle that is not a storage of values. Save"
              + " model.state_dict() rather than the model");
    }
    Storage storage = new Storage(String.valueOf(parts[2]), type.type(), count(parts[4]));
    Storage known = storages.putIfAbsent(storage.key(), storage);
    if (known != null && !known.equals(storage)) {
      throw new RefusedPickleException(
          "describes storage " + RefusedPickleException.quote(storage.key()) + " in two ways");
    }
    if (parts.length == 6 && parts[5] instanceof Object[] view) {
      long offset = count(view[1]);
      long elements = count(view[2]);
      if (offset > storage.elements() || elements > storage.elements() - offset) {
        throw new RefusedPickleException(
            "has a part of storage "
                + RefusedPickleException.quote(storage.key())
                + " that leaves it");
      }
      return new Storage.Part(storage, offset, elements);
    }
    return new Storage.Part(storage, 0, storage.elements());
  }

  private static long count(@Nullable Object value) throws RefusedPickleException {
    if (value instanceof Integer || value instanceof Long) {
      long count = ((Number) value).longValue();
      if (count >= 0 && count <= Long.MAX_VALUE / 16) {
        return count;
      }
    }
    throw new RefusedPickleException("has a storage of an impossible length");
  }

  @SuppressWarnings("unchecked")
  private List<Object> list() {
    return (List<Object>) stack.peek();
  }

  private PickledDictionary dictionary() throws RefusedPickleException {
    if (stack.peek() instanceof PickledDictionary dictionary) {
      return dictionary;
    }
    throw new RefusedPickleException("puts entries or attributes into something that has none");
  }

  private static void putAll(PickledDictionary target, List<Object> items)
      throws RefusedPickleException {
    if (items.size() % 2 != 0) {
      throw new RefusedPickleException("has a dictionary with a key that lacks its value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      target.putEntry(items.get(i), items.get(i + 1));
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = source.read(); c != '\n'; c = source.read()) {
      if (line.length() == LONGEST_NAME) {
        throw new RefusedPickleException(
            "refers to a name of more than " + LONGEST_NAME + " letters");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private byte[] number() throws IOException {
    long length = length4();
    if (length > LONGEST_NUMBER) {
      throw new RefusedPickleException("has a number of " + length + " bytes");
    }
    return source.take(length);
  }

  private String text(long length) throws IOException {
    return new String(source.take(length), StandardCharsets.UTF_8);
  }

  private long length4() throws IOException {
    return little(4).getInt(0) & 0xffff_ffffL;
  }

  private long length8() throws IOException {
    return little(8).getLong(0);
  }

  private ByteBuffer little(int bytes) throws IOException {
    return ByteBuffer.wrap(source.take(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
