package dev.masquerade.model.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * A table of tens of thousands of rows gets a gradient in a few hundred of them. Letting autograd
 * make it costs a fresh tensor of the whole table, zeroed, in each step: more memory traffic than
 * all of a small model's products. So the gradients of tables stay allocated, what a step wrote is
 * remembered, and only that is set back to 0 before the next.
 */
/**
 * Gradients of embedding tables and output heads, kept from step to step. What it hands out is
 * valid until the next {@link #start}. Used by one thread at a time.
 */
public final class TableGradients implements AutoCloseable {

  private final KernelModule kernels;
  private final NDManager manager;
  private final Parameters parameters;
  private final Map<String, Table> tables = new HashMap<>();

  /** Holds gradients beside the parameters, on their device; allocated when first asked for. */
  public TableGradients(KernelModule kernels, Parameters parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.manager = parameters.manager().newSubManager();
  }

  /** Says whether a parameter is a table or a head, by its name. */
  public static boolean isTable(String name) {
    return name.endsWith(".token_emb.weight") || name.endsWith(".to_logits.weight");
  }

  /** Starts a step; gradients of the step before are no longer valid. */
  public void start() {
    tables.values().forEach(Table::start);
  }

  /**
   * Returns the gradient of a table of which the caller overwrites every row, before anything is
   * added to it.
   *
   * @param name of the parameter
   */
  public NDArray overwrite(String name) {
    return table(name).overwrite();
  }

  /**
   * Adds gradients of embedded rows; with none, the table has a gradient of zeros.
   *
   * @param name of the parameter
   * @param index holds the rows' ids from {@code at} on
   * @param ids the same ids, on the host
   * @param rows (K, D), or null where autograd found none
   * @param paddingRow whether row 0 gets nothing
   */
  public void add(
      String name,
      NDArray index,
      int at,
      long[] ids,
      @Nullable NDArray rows,
      boolean paddingRow,
      StepScope scope) {
    Table table = table(name);
    table.prepare(scope);
    if (rows == null || ids.length == 0) {
      return;
    }
    table.remember(ids);
    kernels.callWithoutGradients(
        scope.manager(), "add_rows", table.gradient, index, at, ids.length, rows, paddingRow);
  }

  /** Returns the gradients of this step, by the names of their parameters. */
  public Map<String, NDArray> current() {
    Map<String, NDArray> current = new HashMap<>();
    tables.forEach(
        (name, table) -> {
          if (table.used) {
            current.put(name, table.gradient);
          }
        });
    return current;
  }

  private Table table(String name) {
    String owner = parameters.layout().owner(name);
    return tables.computeIfAbsent(
        owner, key -> new Table(manager.zeros(parameters.get(key).getShape(), DataType.FLOAT32)));
  }

  @Override
  public void close() {
    manager.close();
  }

  private final class Table {
    private final NDArray gradient;

    /** Whether it is a gradient of this step. */
    private boolean used;

    /** Whether every row may differ from 0; otherwise only {@link #rows} do. */
    private boolean full;

    private long[] rows = new long[0];

    Table(NDArray gradient) {
      this.gradient = gradient;
    }

    void start() {
      used = false;
    }

    NDArray overwrite() {
      used = true;
      full = true;
      rows = new long[0];
      return gradient;
    }

    /** Sets to 0 what earlier steps left, where nothing of this step stands there yet. */
    void prepare(StepScope scope) {
      if (used) {
        return;
      }
      if (full) {
        kernels.callWithoutGradients(scope.manager(), "clear", gradient);
      } else if (rows.length > 0) {
        NDArray ids = scope.manager().create(rows);
        kernels.callWithoutGradients(scope.manager(), "clear_rows", gradient, ids);
      }
      used = true;
      full = false;
      rows = new long[0];
    }

    void remember(long[] ids) {
      if (!full) {
        int before = rows.length;
        rows = Arrays.copyOf(rows, before + ids.length);
        System.arraycopy(ids, 0, rows, before, ids.length);
      }
    }
  }
}
