package dev.sluice.background;

import org.junit.jupiter.api.BeforeEach;

class LocalScheduleStoreTest extends ScheduleStoreContract {

  private TaskStore tasks;
  private ScheduleStore store;

  @BeforeEach
  void begin() {
    tasks = null;
    store = new LocalScheduleStore(tasks(), clock);
  }

  @Override
  TaskStore tasks(TaskStoreSettings settings) {
    if (tasks == null) {
      tasks = new LocalTaskStore(settings, clock);
    }
    return tasks;
  }

  @Override
  ScheduleStore store() {
    return store;
  }
}
