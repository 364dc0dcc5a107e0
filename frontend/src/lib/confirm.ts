/**
 * Ask before something that is not easily undone.
 *
 * `data-hearth-confirm="the question"` on a form, a submit button, a link or an htmx control.
 * The page brings the dialog in its own language as `<template data-hearth-confirm-dialog>`
 * (parts/confirm.html); on a page without one the browser's own dialog asks.
 */
import { firstTime } from "./behaviour";

const agreed = new WeakSet<Element>();

/** Resolves to the answer; closing the dialog in any other way is a no. */
export function ask(question: string): Promise<boolean> {
  const template = document.querySelector<HTMLTemplateElement>("template[data-hearth-confirm-dialog]");
  const drawn = template?.content.querySelector("dialog");
  if (!drawn) return Promise.resolve(window.confirm(question));
  const dialog = document.importNode(drawn, true);
  const text = dialog.querySelector("[data-hearth-confirm-question]");
  if (text) text.textContent = question;
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.querySelector("[data-hearth-confirm-yes]")?.addEventListener("click", () => dialog.close("yes"));
    dialog.querySelector("[data-hearth-confirm-no]")?.addEventListener("click", () => dialog.close("no"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

export function init(_root: ParentNode): void {
  if (!firstTime(document, "confirm")) return;
  // In the capture phase, so that neither htmx nor the guards hear of it before the answer.
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onClick, true);
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const submitter = event.submitter;
  const question = submitter?.dataset["hearthConfirm"] ?? form.dataset["hearthConfirm"];
  if (question === undefined || agreed.delete(form)) return;
  halt(event);
  void ask(question).then((yes) => {
    if (!yes) return;
    agreed.add(form);
    form.requestSubmit(submitter);
    agreed.delete(form); // where validation stopped the submit, the next one asks again
  });
}

function onClick(event: MouseEvent): void {
  const origin = event.target instanceof Element ? event.target : null;
  const control = origin?.closest<HTMLElement>("[data-hearth-confirm]");
  if (!control || control instanceof HTMLFormElement || submits(control)) return;
  if (agreed.delete(control)) return;
  halt(event);
  void ask(control.dataset["hearthConfirm"] ?? "").then((yes) => {
    if (!yes) return;
    agreed.add(control);
    control.click();
  });
}

function submits(control: HTMLElement): boolean {
  return (
    (control instanceof HTMLButtonElement || control instanceof HTMLInputElement) &&
    (control.type === "submit" || control.type === "image") &&
    control.form !== null
  );
}

function halt(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
