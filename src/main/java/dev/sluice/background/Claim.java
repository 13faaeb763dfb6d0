package dev.sluice.background;

/**
 * One attempt at a task, held by one node.
 *
 * @param attempt from 1; 0 if it was added with a delay, and nobody has claimed it
 * @param owner the fencing token: differs for every claim that was ever made, so that the store can
 *     tell who held a task once from who holds it now
 */
record Claim(Task task, int attempt, String owner) {

  boolean isLastAttempt() {
    return attempt >= task.maxAttempts();
  }

  TaskContext context() {
    return new TaskContext(task.id(), attempt, task.maxAttempts());
  }

  /** For logs. */
  @Override
  public String toString() {
    String simpleName = task.handler().substring(task.handler().lastIndexOf('.') + 1);
    return "task " + task.id() + " (" + simpleName + ")";
  }
}
