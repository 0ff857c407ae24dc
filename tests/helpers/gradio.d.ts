// What Gradio gives the code of the app's page.
declare const element: HTMLElement;
declare const server: Record<string, (data: unknown) => Promise<any>>;
