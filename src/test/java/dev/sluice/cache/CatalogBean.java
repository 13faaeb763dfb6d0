package dev.sluice.cache;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls the cached methods of another bean, twice each. */
@ApplicationScoped
public class CatalogBean {

  /** A value with some of everything. */
  public record Product(String name, BigDecimal price, LocalDate since, List<String> tags) {}

  /** A value that no encoder gets hold of. */
  public static class Unwritable {

    public String getText() {
      throw new UnsupportedOperationException("cannot be read");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Unwritable;
    }

    @Override
    public int hashCode() {
      return 1;
    }

    @Override
    public String toString() {
      return "unwritable";
    }
  }

  /** The cached methods. */
  @ApplicationScoped
  public static class Source {

    private final AtomicInteger calls = new AtomicInteger();

    @Cached(expire = 30)
    public Product product(long id) {
      return new Product(
          "p" + id + "-" + calls.incrementAndGet(),
          new BigDecimal("1.50"),
          LocalDate.EPOCH,
          List.of("a"));
    }

    @Cached(expire = 30)
    public Map<String, List<Product>> generic() {
      return Map.of("k", List.of(product(0)));
    }

    @Cached(expire = 30)
    public @Nullable String none() {
      calls.incrementAndGet();
      return null;
    }

    @Cached(expire = 30)
    public int number() {
      return calls.incrementAndGet();
    }

    @Cached(expire = 30)
    public Optional<String> optional() {
      return Optional.of("o" + calls.incrementAndGet());
    }

    @Cached(expire = 30)
    public CompletionStage<String> stage() {
      return CompletableFuture.supplyAsync(() -> "s" + calls.incrementAndGet());
    }

    @Cached(expire = 30)
    public String fails() throws IOException {
      throw new IOException("call " + calls.incrementAndGet());
    }

    @CacheEvict(cache = "Source.number", all = true)
    public void changed() {}

    @CacheEvict(cache = "Source.number", all = true)
    public CompletionStage<String> changedSoon() {
      return CompletableFuture.supplyAsync(() -> "done");
    }

    /** Nothing that JSON-B can write. */
    @Cached(expire = 30)
    public Unwritable unwritable() {
      calls.incrementAndGet();
      return new Unwritable();
    }

    @Cached(expire = 30, name = "in-transaction")
    public String inTransaction(String end) {
      return end + calls.incrementAndGet();
    }

    @CacheEvict(cache = "in-transaction")
    public void evictInTransaction(String end) {}

    private final AtomicInteger refreshes = new AtomicInteger();
    private final CountDownLatch backend = new CountDownLatch(1);

    /** Waits for its backend, but for the first time. */
    @Cached(expire = 1, staleWhileRevalidate = 60, name = "refreshed")
    public String refreshed() throws InterruptedException {
      int call = refreshes.incrementAndGet();
      if (call > 1 && !backend.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test has not started the backend");
      }
      return "call " + call;
    }

    private final AtomicInteger ahead = new AtomicInteger();

    /** Is computed again before it ends. */
    @Cached(expire = 30, refreshAhead = 29)
    public String ahead() {
      return "call " + ahead.incrementAndGet();
    }

    int refreshes() {
      return refreshes.get();
    }

    void startBackend() {
      backend.countDown();
    }

    @Cached(expire = 30, name = "kept", tags = "kept:{id}")
    public String kept(long id) {
      return "computed " + calls.incrementAndGet();
    }

    /** Replaces the kept value; {@code how} says what happens meanwhile. */
    @CachePut(cache = "kept")
    public String keep(@CacheKey long id, String how) {
      if (how.equals("throws")) {
        throw new IllegalStateException("not kept");
      } else if (how.equals("evicted")) {
        caches.evict("kept", id);
      } else if (how.equals("evicted-by-tag")) {
        caches.evictTag("kept:" + id);
      }
      return "put " + calls.incrementAndGet();
    }

    @CachePut(cache = "kept")
    public CompletionStage<String> keepSoon(@CacheKey long id) {
      return CompletableFuture.supplyAsync(() -> "put " + calls.incrementAndGet());
    }

    /** Is tagged by what it returns. */
    @Cached(expire = 30, name = "named", tags = "named:{result.name}")
    public Product named(long id) {
      return product("n" + id);
    }

    /** Replaces that value by one of another name. */
    @CachePut(cache = "named")
    public Product rename(@CacheKey long id, String name) {
      return product(name);
    }

    private Product product(String name) {
      return new Product(
          name, new BigDecimal(calls.incrementAndGet()), LocalDate.EPOCH, List.of("a"));
    }

    @Inject private Caches caches;

    /** A list that no encoder gets to the end of. */
    public static class Node {
      private @Nullable Node next;

      public @Nullable Node getNext() {
        return next;
      }

      public void setNext(@Nullable Node next) {
        this.next = next;
      }

      @Override
      public String toString() {
        return "node";
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Node;
      }

      @Override
      public int hashCode() {
        return 1;
      }
    }

    @Cached(expire = 30)
    public Node deep() {
      calls.incrementAndGet();
      Node first = new Node();
      for (int i = 0; i < 100_000; i++) {
        Node before = new Node();
        before.setNext(first);
        first = before;
      }
      return first;
    }

    @Cached(expire = 30)
    public CompletionStage<Node> deepStage() {
      return CompletableFuture.completedFuture(deep());
    }

    int calls() {
      return calls.get();
    }
  }

  @Inject private Source source;
  @Inject private Transactions transactions;
  @Inject private Caches caches;

  /** Both results, and how often the method ran. */
  String describe(String kind) {
    int before = source.calls();
    Object first = call(kind);
    Object second = call(kind);
    return first + " " + first.equals(second) + " " + (source.calls() - before);
  }

  Object call(String kind) {
    try {
      return switch (kind) {
        case "product" -> source.product(7);
        case "generic" -> source.generic();
        case "none" -> String.valueOf(source.none());
        case "number" -> source.number();
        case "optional" -> source.optional();
        case "unwritable" -> source.unwritable();
        case "deep" -> source.deep();
        case "deepStage" -> source.deepStage().toCompletableFuture().join();
        case "stage" -> source.stage().toCompletableFuture().join();
        default -> source.fails();
      };
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }

  /** Whether the value was evicted within the transaction, and after it. */
  String evictIn(String how) {
    int before = source.number();
    boolean within;
    try {
      within =
          how.startsWith("own")
              ? transactions.evictItself(before, how)
              : how.equals("stage")
                  ? transactions.evictAhead(before)
                  : transactions.evict(before, how);
    } catch (IllegalStateException e) {
      within = false;
    }
    return within + " " + (source.number() != before);
  }

  /** Where a value comes from after a put: of the call before it, of the put, or of another. */
  String put(String how) {
    caches.evictTag("kept:1");
    String before = source.kept(1);
    String put = "none";
    try {
      put =
          switch (how) {
            case "stage" -> source.keepSoon(1).toCompletableFuture().join();
            case "rollback", "commit" -> transactions.keep(how);
            default -> source.keep(1, how);
          };
    } catch (IllegalStateException e) {
      // not put, or rolled back
    }
    String after = source.kept(1);
    return after.equals(before) ? "before" : after.equals(put) ? "put" : "computed";
  }

  /** Which of three evictions reach a value: by another tag, by its tag, and after a put. */
  String evictByResult() {
    caches.evictTag("named:n1");
    Product first = source.named(1);
    caches.evictTag("named:n2");
    Product second = source.named(1);
    caches.evictTag("named:n1");
    Product third = source.named(1);
    Product renamed = source.rename(1, "other");
    caches.evictTag("named:n1");
    boolean kept = source.named(1).equals(renamed);
    caches.evictTag("named:other");
    boolean evicted = !source.named(1).equals(renamed);
    return second.equals(first) + " " + !third.equals(second) + " " + kept + " " + evicted;
  }

  /** A value that is refreshed, and how often it was begun. */
  String refresh() throws InterruptedException {
    return source.refreshed() + " of " + source.refreshes();
  }

  String ahead() {
    return source.ahead();
  }

  void startBackend() {
    source.startBackend();
  }

  /** What a loader and the cached method make of one key, and how often the loader ran. */
  String load() throws Exception {
    caches.evictTag("kept:2");
    AtomicInteger loads = new AtomicInteger();
    Callable<String> loader = () -> "loaded " + loads.incrementAndGet();
    String first = caches.get("kept", List.of(2L), loader);
    String second = caches.get("kept", List.of(2L), loader);
    String ofMethod = source.kept(2);
    caches.evict("kept", 2);
    return List.of(first, second, ofMethod, caches.get("kept", List.of(2L), loader)) + "";
  }

  /** How often a value was computed that was read twice in a transaction, and again after it. */
  String readIn(String end) {
    int before = source.calls();
    try {
      transactions.read(end);
    } catch (IllegalStateException e) {
      // rolled back
    }
    int inTransaction = source.calls() - before;
    source.inTransaction(end);
    return inTransaction + " " + (source.calls() - before);
  }

  /** Evicts in a transaction. */
  @ApplicationScoped
  public static class Transactions {

    @Inject private Source source;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    private TransactionSynchronizationRegistry transactions;

    @Transactional
    public boolean evict(int before, String how) {
      if (how.equals("marked before")) {
        transactions.setRollbackOnly();
      }
      source.changed();
      boolean evicted = source.number() != before;
      if (how.equals("marked after")) {
        transactions.setRollbackOnly();
      }
      if (how.equals("rollback")) {
        throw new IllegalStateException("rolled back");
      }
      return evicted;
    }

    /** Puts a value. */
    @Transactional
    public String keep(String how) {
      String put = source.keep(1, how);
      if (how.equals("rollback")) {
        transactions.setRollbackOnly();
      }
      return put;
    }

    /** Reads a cached value twice. */
    @Transactional
    public void read(String end) {
      source.inTransaction(end);
      source.inTransaction(end);
      if (end.equals("evict")) {
        source.evictInTransaction(end);
      }
      if (end.equals("mark")) {
        transactions.setRollbackOnly();
      }
      if (end.equals("throw")) {
        throw new IllegalStateException("rolled back");
      }
    }

    /** Returns as if all was well. */
    @Transactional
    @CacheEvict(cache = "Source.number", all = true)
    public boolean evictItself(int before, String how) {
      if (how.equals("own rollback")) {
        transactions.setRollbackOnly();
      }
      return source.number() != before;
    }

    /** The stage ends before the transaction does, on another thread. */
    @Transactional
    public boolean evictAhead(int before) {
      source.changedSoon().toCompletableFuture().join();
      return source.number() != before;
    }
  }
}
