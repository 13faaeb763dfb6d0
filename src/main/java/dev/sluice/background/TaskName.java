package dev.sluice.background;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which tasks of a {@link TaskHandler} are stored, instead of its class name. With a
 * name the class can be renamed or moved while tasks of it wait.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TaskName {

  /**
   * The name of tasks that are added from now on: 1 to 200 letters, digits and the characters
   * {@code . _ $ -}. The deployment stops if the name has another form, or two handlers have it.
   */
  String value();

  /**
   * Further names whose tasks this handler runs, such as the class name that it had before. None by
   * default. The rules of {@link #value} apply.
   */
  String[] aliases() default {};
}
