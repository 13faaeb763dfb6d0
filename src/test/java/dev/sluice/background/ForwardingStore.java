package dev.sluice.background;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store that leaves all to another; tests override what interests them. */
class ForwardingStore implements TaskStore {

  final TaskStore store;

  ForwardingStore(TaskStore store) {
    this.store = store;
  }

  @Override
  public Duration lease() {
    return store.lease();
  }

  @Override
  public Set<TaskId> add(List<Submission> tasks, String owner) {
    return store.add(tasks, owner);
  }

  @Override
  public void restore(Collection<Lease> leases) {
    store.restore(leases);
  }

  @Override
  public List<Lease> claim(int limit, String owner) {
    return store.claim(limit, owner);
  }

  @Override
  public Map<TaskId, String> payloads(List<Lease> leases) {
    return store.payloads(leases);
  }

  @Override
  public NotApplied<Lease> renew(List<Lease> leases) {
    return store.renew(leases);
  }

  @Override
  public NotApplied<Completion> settle(List<Completion> completions) {
    return store.settle(completions);
  }

  @Override
  public void unpark(Collection<String> handlers) {
    store.unpark(handlers);
  }

  @Override
  public void cancel(TaskId id) {
    store.cancel(id);
  }

  @Override
  public TaskSignals signals() {
    return store.signals();
  }

  @Override
  public void pause(boolean paused) {
    store.pause(paused);
  }

  @Override
  public TaskDepths depths() {
    return store.depths();
  }

  @Override
  public int requeueAll(String handler) {
    return store.requeueAll(handler);
  }

  @Override
  public int discardAll(String handler) {
    return store.discardAll(handler);
  }

  @Override
  public void progress(Map<TaskId, Double> fractions) {
    store.progress(fractions);
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    return store.find(id);
  }

  @Override
  public List<TaskStatus> dead(int limit) {
    return store.dead(limit);
  }

  @Override
  public Set<TaskId> requeue(Collection<TaskId> ids) {
    return store.requeue(ids);
  }

  @Override
  public Set<TaskId> discard(Collection<TaskId> ids) {
    return store.discard(ids);
  }

  @Override
  public boolean isShared() {
    return store.isShared();
  }

  @Override
  public List<Task> endWithThisProcess() {
    return store.endWithThisProcess();
  }

  @Override
  public boolean isAvailable() {
    return store.isAvailable();
  }

  @Override
  public boolean isFull() {
    return store.isFull();
  }
}
